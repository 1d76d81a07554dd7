package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.util.Optional;

/** Digests of one sequence of bytes, by the algorithms that are known here. */
public record Digests(Optional<Sha256> sha256, Optional<Sha512> sha512) {
    public static final Digests NONE = new Digests(Optional.empty(), Optional.empty());

    /**
     * What both say.
     *
     * @throws ServiceException {@link ErrorCode#DIGEST_MISMATCHED_VALUES} if they differ about one algorithm: no bytes
     *     could be right
     */
    public Digests and(Digests others) {
        requireSame("sha-256", sha256, others.sha256);
        requireSame("sha-512", sha512, others.sha512);
        return new Digests(sha256.or(others::sha256), sha512.or(others::sha512));
    }

    private static void requireSame(String algorithm, Optional<?> one, Optional<?> other) {
        if (one.isPresent() && other.isPresent() && !one.equals(other)) {
            throw mismatch(algorithm, "Two digests of the same bytes were claimed for " + algorithm + ".");
        }
    }

    static ServiceException mismatch(String algorithm, String detail) {
        return new ServiceException(ErrorCode.DIGEST_MISMATCHED_VALUES, detail + " Nothing was stored; send it again.")
                .with("algorithm", algorithm);
    }
}
