package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a sender says the digests of its bytes are (RFC 9530).
 *
 * @param before said before the bytes
 * @param announced whether more is to be said after them; then whatever is known is computed
 * @param after asked once the last byte has passed, from any thread; throws if what was announced did not come
 */
public record ClaimedDigests(Digests before, boolean announced, Supplier<Digests> after) {
    /** Nothing is claimed. */
    public static final ClaimedDigests NONE = of(Digests.NONE);

    /** All there is to say is said before the bytes. */
    public static ClaimedDigests of(Digests before) {
        return new ClaimedDigests(before, false, ClaimedDigests::nothing);
    }

    private static Digests nothing() {
        return Digests.NONE;
    }

    /** Whether a SHA-512 of the bytes is needed; it costs more than all else that is computed of them. */
    public boolean needsSha512() {
        return announced || before.sha512().isPresent();
    }

    /**
     * Holds the claims against what has passed, all of it.
     *
     * @param actual with a SHA-512 if one is needed
     * @throws ServiceException {@link ErrorCode#DIGEST_MISMATCHED_VALUES}; {@link ErrorCode#DIGEST_INVALID_VALUES} if a
     *     claim cannot be checked
     */
    public void require(Digests actual) {
        Digests claimed = before.and(after.get());
        if (claimed.sha512().isPresent() && actual.sha512().isEmpty()) {
            throw new ServiceException(
                            ErrorCode.DIGEST_INVALID_VALUES,
                            "A sha-512 after the bytes is checked only if a Trailer header announced it. Nothing was"
                                    + " stored.")
                    .with("algorithm", "sha-512");
        }
        requireClaimed("sha-256", claimed.sha256(), actual.sha256());
        requireClaimed("sha-512", claimed.sha512(), actual.sha512());
    }

    private static void requireClaimed(String algorithm, Optional<?> claimed, Optional<?> actual) {
        if (claimed.isPresent() && !claimed.equals(actual)) {
            throw Digests.mismatch(
                    algorithm, "The bytes that came do not have the " + algorithm + " that was claimed.");
        }
    }
}
