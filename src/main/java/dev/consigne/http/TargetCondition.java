package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.EntityTags;
import dev.consigne.file.Preconditions;
import io.vertx.core.MultiMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a body says about the file that may have the name already. */
final class TargetCondition {
    private static final Preconditions NAME_IS_FREE =
            new Preconditions(Optional.empty(), Optional.of(EntityTags.ANY), Optional.empty(), Optional.empty());

    private TargetCondition() {}

    /**
     * @param overwrite whether it may be replaced; absent: no
     * @param ifMatch the entity tag of what may be replaced and no other
     * @throws ServiceException {@link ErrorCode#INVALID_BODY} if they contradict each other, {@link
     *     ErrorCode#INVALID_CONDITION} if the tag is none
     */
    static Preconditions of(@Nullable Boolean overwrite, @Nullable String ifMatch) {
        boolean replaces = Boolean.TRUE.equals(overwrite);
        if (ifMatch == null) {
            return replaces ? Preconditions.NONE : NAME_IS_FREE;
        }
        if (!replaces) {
            throw new ServiceException(ErrorCode.INVALID_BODY, "ifMatch says what may be overwritten: set overwrite.")
                    .with("pointer", "/ifMatch");
        }
        return contentIs(ifMatch, "/ifMatch");
    }

    /**
     * @param pointer where in the body the tag is
     * @throws ServiceException {@link ErrorCode#INVALID_CONDITION}
     */
    static Preconditions contentIs(String entityTag, String pointer) {
        try {
            return Conditions.of(MultiMap.caseInsensitiveMultiMap().add("If-Match", entityTag));
        } catch (ServiceException e) {
            throw new ServiceException(
                            e.code(),
                            pointer + " is no entity tag, nor a list of them: a tag is a text in quotes, as the ETag"
                                    + " header has it.",
                            e)
                    .with("pointer", pointer);
        }
    }
}
