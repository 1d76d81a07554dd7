package dev.consigne.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The right of one process to use a folder of stores. Ends with the process at the latest. */
final class FolderLock implements AutoCloseable {

    /** Of a holder whose own parent is gone: it is closing its stores. */
    private static final long WAIT_FOR_ENDING_NANOS = TimeUnit.SECONDS.toNanos(15);

    /** Of a holder in use, which may be about to stop. */
    private static final long WAIT_FOR_LIVING_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits a moment for a holder that is about to end.
     *
     * @throws IOException if another process keeps the folder; the message is for people and says what to do
     */
    static FolderLock acquire(Path folder) throws IOException {
        Path file = folder.resolve("stores.lock");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        long begin = System.nanoTime();
        while (!tryLock(channel)) {
            Holder holder = Holder.in(file);
            long patience = holder.isEnding() ? WAIT_FOR_ENDING_NANOS : WAIT_FOR_LIVING_NANOS;
            if (System.nanoTime() - begin > patience) {
                channel.close();
                throw new IOException(refusal(folder, holder));
            }
            LockSupport.parkNanos(POLL_NANOS); // a lock with a timeout does not exist
        }
        Holder.self().write(channel);
        return new FolderLock(channel);
    }

    /** Locks one byte far behind the end, so that others can read the holder everywhere. */
    private static boolean tryLock(FileChannel channel) throws IOException {
        FileLock lock = channel.tryLock(Long.MAX_VALUE - 1, 1, false);
        return lock != null;
    }

    private static String refusal(Path folder, Holder holder) {
        return "The embedded stores in " + folder + " are in use by process " + holder.pid() + " (started by process "
                + holder.parentPid() + "). Stop that one, or use another folder: "
                + "-Dconsigne.embedded.folder=<another folder>";
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Who has the lock. 0 stands for unknown. */
    private record Holder(long pid, long parentPid) {

        static Holder self() {
            ProcessHandle self = ProcessHandle.current();
            return new Holder(self.pid(), self.parent().map(ProcessHandle::pid).orElse(0L));
        }

        static Holder in(Path file) throws IOException {
            String[] pids = Files.readString(file, UTF_8).strip().split(" ", -1);
            return pids.length == 2 ? new Holder(Long.parseLong(pids[0]), Long.parseLong(pids[1])) : new Holder(0, 0);
        }

        void write(FileChannel channel) throws IOException {
            channel.truncate(0);
            ByteBuffer text = UTF_8.encode(pid + " " + parentPid + "\n");
            channel.write(text, 0);
        }

        /** Adopted by another process: its own parent is gone, and it follows. */
        boolean isEnding() {
            Optional<Long> parent =
                    ProcessHandle.of(pid).flatMap(ProcessHandle::parent).map(ProcessHandle::pid);
            return !parent.equals(Optional.of(parentPid));
        }
    }
}
