package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.util.regex.Pattern;

/** A bucket's name: 3 to 63 of {@code a-z 0-9 . -}, first and last a letter or digit; safe in a URL and a log line. */
public record BucketName(String value) {
    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    public BucketName {
        if (!ALLOWED.matcher(value).matches()) {
            throw new ServiceException(
                    ErrorCode.INVALID_BUCKET_NAME,
                    "A bucket name has 3 to 63 characters of a-z, 0-9, '.' and '-', and begins and ends with a letter"
                            + " or digit.");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
