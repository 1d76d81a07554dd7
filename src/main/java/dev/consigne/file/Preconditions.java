package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * In which state something must be for a request to be carried out (RFC 9110, section 13). One evaluator for reads and
 * writes; a write evaluates it again in the transaction that changes the row.
 *
 * @param ifMatch there must be a state with one of these tags
 * @param ifNoneMatch there must be none with one of these tags
 * @param ifModifiedSince for reads: it must have changed after this
 * @param ifUnmodifiedSince it must not have changed after this
 */
public record Preconditions(
        Optional<EntityTags> ifMatch,
        Optional<EntityTags> ifNoneMatch,
        Optional<Instant> ifModifiedSince,
        Optional<Instant> ifUnmodifiedSince) {
    /** No condition. */
    public static final Preconditions NONE =
            new Preconditions(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** What a request with these conditions may do. */
    public enum Verdict {
        /** Carry it out. */
        PROCEED,
        /** A read: the client has this state already (304). */
        NOT_MODIFIED,
        /** Change nothing, tell nothing (412). */
        FAILED
    }

    /** Whether a change is guarded by it; the one that guards nothing is {@code If-Modified-Since}. */
    public boolean guardsChange() {
        return ifMatch.isPresent() || ifNoneMatch.isPresent() || ifUnmodifiedSince.isPresent();
    }

    /** For GET and HEAD, of something that is there (section 13.2.2). */
    public Verdict forRead(Validators current) {
        if (!unchanged(Optional.of(current))) {
            return Verdict.FAILED;
        }
        if (ifNoneMatch.isPresent()) {
            return ifNoneMatch.get().matchWeakly(current.entityTag()) ? Verdict.NOT_MODIFIED : Verdict.PROCEED;
        }
        boolean old = ifModifiedSince.isPresent() && !seconds(current).isAfter(ifModifiedSince.get());
        return old ? Verdict.NOT_MODIFIED : Verdict.PROCEED;
    }

    /**
     * For a change, which nothing may slip in before.
     *
     * @param current what there is; empty: nothing
     * @throws ServiceException {@link ErrorCode#PRECONDITION_FAILED}
     */
    public void requireForChange(Optional<Validators> current) {
        boolean noneMatches = ifNoneMatch
                .map(tags ->
                        current.isEmpty() || !tags.matchWeakly(current.get().entityTag()))
                .orElse(true);
        if (!unchanged(current) || !noneMatches) {
            throw failed(current);
        }
    }

    /** The answer to a request whose conditions do not hold; says which state there is. */
    public static ServiceException failed(Optional<Validators> current) {
        String now =
                current.map(state -> "its entity tag is " + state.entityTag()).orElse("it does not exist");
        ServiceException failed = new ServiceException(
                ErrorCode.PRECONDITION_FAILED,
                "The file is not in the state the request asks for: " + now + ". Nothing was changed.");
        return current.map(state -> failed.with("entityTag", state.entityTag())).orElse(failed);
    }

    /** The refusal of a change that says nothing about the state it is meant for. */
    public static ServiceException required(BucketName bucket) {
        return new ServiceException(
                ErrorCode.PRECONDITION_REQUIRED,
                "The bucket '" + bucket + "' takes changes only with If-Match, If-None-Match or If-Unmodified-Since:"
                        + " read the file and send its ETag, or If-None-Match: * to create it.");
    }

    /** The refusal of a change to many files, which have no state in common to make a condition of. */
    public static ServiceException requiredOfEach(BucketName bucket) {
        return new ServiceException(
                ErrorCode.PRECONDITION_REQUIRED,
                "The bucket '" + bucket
                        + "' takes changes only with a condition on the file that is changed. Change its"
                        + " files one by one.");
    }

    /** {@code If-Match}, or else {@code If-Unmodified-Since}, which is ignored where there is no date to compare with. */
    private boolean unchanged(Optional<Validators> current) {
        if (ifMatch.isPresent()) {
            return current.isPresent()
                    && ifMatch.get().matchStrongly(current.get().entityTag());
        }
        return ifUnmodifiedSince.isEmpty()
                || current.isEmpty()
                || !seconds(current.get()).isAfter(ifUnmodifiedSince.get());
    }

    /** HTTP dates have no fractions: what changed within the second of the date counts as old. */
    private static Instant seconds(Validators current) {
        return current.lastModified().truncatedTo(ChronoUnit.SECONDS);
    }
}
