package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import java.time.Duration;

/** What is counted about transfers. Calls are cheap and never fail. */
public interface FileMeters {
    FileMeters NOOP = new FileMeters() {};

    /** How a transfer ended. */
    enum Result {
        OK,
        FAILED,
        CANCELLED
    }

    /** How a publish ended. */
    enum Commit {
        OK,
        LOST,
        UNKNOWN,
        FAILED
    }

    enum Direction {
        UPLOAD,
        DOWNLOAD
    }

    /** What a client did not keep to. */
    enum Limit {
        RATE,
        IDLE,
        TOTAL
    }

    default void uploadBegan() {}

    default void uploadEnded(Result result, Duration took, long bytes) {}

    default void downloadBegan() {}

    default void downloadEnded(Result result, Duration took, long bytes) {}

    /** A download's first byte was sent, so long after its request came. */
    default void downloadAnswered(Duration after) {}

    default void committed(Commit result, Duration took) {}

    /** A change was committed without its synchronous standby; nobody was told that it succeeded. */
    default void committedLocally() {}

    default void chunkWritten(Duration took) {}

    /** A window of chunks was read to be sent. */
    default void chunksRead(Duration took) {}

    default void leaseRenewed(boolean kept) {}

    /** An upload was answered as one with the same key was before. */
    default void replayed() {}

    /** An upload was refused for the bucket's quota. */
    default void quotaExceeded() {}

    /** A transfer was refused before it began: there is no memory for it, or not for this caller. */
    default void refused(ErrorCode reason) {}

    /** A client was too slow, and is not waited for any more. */
    default void cutOff(Direction direction, Limit limit) {}

    /** A chunk or content was not what was written. */
    default void integrityFailure() {}

    /** How fast the process hashes was found out, once. */
    default void hashing(HashingSpeed speed) {}
}
