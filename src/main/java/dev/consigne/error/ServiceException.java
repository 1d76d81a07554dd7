package dev.consigne.error;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A failure with a place in the catalogue. The detail says what happened and what to do, and is shown to the caller:
 * it never holds a store's message, a secret or another caller's data.
 */
public final class ServiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient Map<String, Object> extensions = new LinkedHashMap<>();

    public ServiceException(ErrorCode code, String detail) {
        this(code, detail, null);
    }

    public ServiceException(ErrorCode code, String detail, @Nullable Throwable cause) {
        super(detail, cause);
        this.code = code;
    }

    /** Adds a member to the problem body, for example the limit that was passed (RFC 9457, section 3.2). */
    public ServiceException with(String member, Object value) {
        extensions.put(member, value);
        return this;
    }

    public ErrorCode code() {
        return code;
    }

    /** What the caller is told. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** Further members of the problem body, in the order they were added. */
    public Map<String, Object> extensions() {
        return Collections.unmodifiableMap(extensions);
    }
}
