package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.util.regex.Pattern;

/**
 * What a client calls one request, so that sending it again does not carry it out again: 1 to 255 visible ASCII characters,
 * known within one bucket (draft-ietf-httpapi-idempotency-key-header).
 */
public record IdempotencyKey(String value) {
    private static final int MAX_LENGTH = 255;
    private static final String HEADER = "Idempotency-Key";
    private static final Pattern ALLOWED = Pattern.compile("[!-~]{1," + MAX_LENGTH + "}");

    public IdempotencyKey {
        if (!ALLOWED.matcher(value).matches()) {
            throw new ServiceException(
                            ErrorCode.INVALID_IDEMPOTENCY_KEY,
                            "An idempotency key has 1 to " + MAX_LENGTH + " visible ASCII characters.")
                    .with("header", HEADER)
                    .with("limit", MAX_LENGTH);
        }
    }

    /** The refusal of a request whose key another has: {@link ErrorCode#IDEMPOTENCY_KEY_REUSED}. */
    public static ServiceException reused(String detail) {
        return new ServiceException(ErrorCode.IDEMPOTENCY_KEY_REUSED, detail).with("header", HEADER);
    }

    @Override
    public String toString() {
        return value;
    }
}
