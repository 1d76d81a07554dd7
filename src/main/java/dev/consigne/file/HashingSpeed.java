package dev.consigne.file;

import java.time.Duration;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * How fast one thread of this machine hashes, in bytes a second. With the instructions of processors since 2017 SHA-256 runs
 * at more than 1 GiB/s; without them, or in an executable that was compiled for older ones, at a fifth of that or less, and
 * then it is what limits an upload.
 */
public record HashingSpeed(double sha256, double crc32c) {
    /** So fast that an upload waits for something else. */
    public static final HashingSpeed ENOUGH = new HashingSpeed(300L << 20, 2L << 30);

    private static final int BYTES = 256 * 1024;
    private static final int FEWEST_ROUNDS = 16;
    private static final Duration LONGEST = Duration.ofSeconds(2);

    /** Whether both are at least as fast as this one's. */
    public boolean reaches(HashingSpeed floor) {
        return sha256 >= floor.sha256 && crc32c >= floor.crc32c;
    }

    /**
     * Hashes until it is fast enough, for two seconds at the most: the first rounds are those in which the JVM finds out that
     * it should compile. Blocks, and uses one processor.
     */
    public static HashingSpeed measure(Ticker ticker) {
        byte[] bytes = new byte[BYTES];
        Arrays.fill(bytes, (byte) 0xA5);
        HashingSpeed best = new HashingSpeed(0, 0);
        long began = ticker.nanos();
        for (int round = 0; round < FEWEST_ROUNDS || !best.reaches(ENOUGH); round++) {
            best = best.orFaster(once(bytes, ticker));
            if (ticker.since(began).compareTo(LONGEST) > 0) {
                break;
            }
        }
        return best;
    }

    private HashingSpeed orFaster(HashingSpeed other) {
        return new HashingSpeed(Math.max(sha256, other.sha256), Math.max(crc32c, other.crc32c));
    }

    private static HashingSpeed once(byte[] bytes, Ticker ticker) {
        long start = ticker.nanos();
        byte[] digest = Sha256.digest().digest(bytes);
        long between = ticker.nanos();
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        crc.update(digest); // both are used, so neither is left out
        long end = ticker.nanos();
        return new HashingSpeed(perSecond(between - start), crc.getValue() < 0 ? 0 : perSecond(end - between));
    }

    private static double perSecond(long nanos) {
        return BYTES * 1e9 / Math.max(1, nanos);
    }
}
