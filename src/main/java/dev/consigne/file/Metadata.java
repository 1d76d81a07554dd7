package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.nio.charset.StandardCharsets;

/**
 * What users say about a file: a JSON object (RFC 8259) that the service keeps and does not interpret. The order of its
 * members is not kept.
 *
 * @param json the object; {@value #MAX_BYTES} bytes at most as it was said, with other spaces when it is read back
 */
public record Metadata(String json) {
    public static final int MAX_BYTES = 16 * 1024;

    /** Nothing is said. */
    public static final Metadata NONE = new Metadata("{}");

    /**
     * As a user says them.
     *
     * @throws ServiceException {@link ErrorCode#METADATA_TOO_LARGE}
     */
    public static Metadata said(String json) {
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new ServiceException(
                            ErrorCode.METADATA_TOO_LARGE,
                            "The metadata have " + bytes + " bytes; " + MAX_BYTES + " are allowed.")
                    .with("limit", MAX_BYTES);
        }
        return new Metadata(json);
    }

    @Override
    public String toString() {
        return json;
    }
}
