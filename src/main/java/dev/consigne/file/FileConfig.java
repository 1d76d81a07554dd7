package dev.consigne.file;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.Optional;

/** How files are stored. */
@ConfigMapping(prefix = "consigne.file")
public interface FileConfig {
    /** Largest file taken; a bucket may allow less. Larger ones are refused before their body if their length is known. */
    @WithName("max-size")
    @WithDefault("1T")
    ByteSize maxSize();

    /**
     * Size of a chunk for new uploads; existing files keep theirs. 1M is best on MongoDB (see docs/architecture.md), 256K
     * on the embedded server. Smaller when memory is short, down to 32K. At most 8M.
     */
    @WithDefault("1M")
    ByteSize chunkSize();

    /** Bytes of chunks an upload may hold on their way to MongoDB, if others can spare them; two chunks at least. */
    @WithDefault("4M")
    ByteSize inFlight();

    /** Bytes of chunks fetched together for a download, while others are on their way: it holds three such windows at most. */
    @WithDefault("1M")
    ByteSize readWindow();

    /**
     * What all transfers of the process may hold in memory together. Unset: half of the heap, or of the direct memory
     * if that is less.
     */
    Optional<ByteSize> memoryBudget();

    /**
     * Whether a download of a whole file is held against its SHA-256 too, which costs most of what a download costs. Each
     * chunk and the whole are held against their CRC32C in any case; the scrub reads everything against SHA-256.
     */
    @WithDefault("false")
    boolean digestOnRead();

    /** An upload whose process says nothing for this long is given up. Outlives the fail-over of both stores. */
    @WithDefault("10m")
    Duration lease();

    /** How often a running upload renews its lease: at most a quarter of it, so that a try or two may fail. */
    @WithDefault("2m")
    Duration heartbeat();

    /** An upload that runs longer is given up; whatever is older and still has no row is nobody's. */
    @WithDefault("24h")
    Duration maxUploadTime();

    /** A download that runs longer is broken off: the content may have been deleted when it began, and is kept so long. */
    @WithDefault("24h")
    Duration maxDownloadTime();

    /** How far back you may take PostgreSQL alone and still find the bytes of every file. */
    @WithDefault("7d")
    Duration pitrWindow();

    /** How long replaced and deleted content is kept: the longest download and the restore window together. */
    @WithDefault("8d")
    Duration retention();

    /** How long an upload's idempotency key and answer are known after it was published: longer than clients retry. */
    @WithDefault("24h")
    Duration idempotencyRetention();
}
