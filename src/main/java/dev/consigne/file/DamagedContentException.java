package dev.consigne.file;

import dev.consigne.error.ErrorCode;

/** A chunk of a published content is missing or is not what was written. */
public final class DamagedContentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ContentId contentId;

    public DamagedContentException(ContentId contentId, String finding) {
        super(finding);
        this.contentId = contentId;
    }

    public ContentId contentId() {
        return contentId;
    }

    /** What was found, for the operator; callers are told {@link ErrorCode#CONTENT_DAMAGED} and no more. */
    public String finding() {
        return String.valueOf(getMessage());
    }
}
