package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A media type as the uploader declared it (RFC 9110, section 8.3.1), at most {@value #MAX_LENGTH} characters. It is
 * stored and given back; nothing trusts it to decide how bytes are shown, see {@link #inert()}.
 */
public record MediaType(String value) {
    public static final int MAX_LENGTH = 255;

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String PARAMETER =
            "[ \t]*;[ \t]*" + TOKEN + "=(?:" + TOKEN + "|\"(?:[^\"\\\\\\p{Cntrl}]|\\\\.)*\")";
    private static final Pattern SYNTAX =
            Pattern.compile("(" + TOKEN + "/" + TOKEN + ")(?:" + PARAMETER + ")*", Pattern.CASE_INSENSITIVE);
    private static final Pattern UNSAFE_CHARSET = Pattern.compile("charset=\"?utf-7", Pattern.CASE_INSENSITIVE);

    /** For content nobody named a type of. Below the patterns, which it is checked against. */
    public static final MediaType OCTET_STREAM = new MediaType("application/octet-stream");

    public MediaType {
        if (value.length() > MAX_LENGTH) {
            throw new ServiceException(
                            ErrorCode.INVALID_CONTENT_TYPE,
                            "The Content-Type has " + value.length() + " characters; " + MAX_LENGTH + " are allowed.")
                    .with("limit", MAX_LENGTH);
        }
        if (!SYNTAX.matcher(value).matches() || !value.chars().allMatch(c -> c < 0x7F)) {
            throw new ServiceException(
                    ErrorCode.INVALID_CONTENT_TYPE, "The Content-Type is not of the form type/subtype; name=value.");
        }
        if (UNSAFE_CHARSET.matcher(value).find()) {
            throw new ServiceException(
                    ErrorCode.INVALID_CONTENT_TYPE,
                    "The charset utf-7 is not accepted: browsers once read scripts in it.");
        }
    }

    /** {@code type/subtype} in lower case, without parameters. */
    public String essence() {
        int semicolon = value.indexOf(';');
        return (semicolon < 0 ? value : value.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    /** Whether a browser may show it in place: image, sound and film formats that cannot run anything, and plain text. */
    public boolean inert() {
        return switch (essence()) {
            case "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif" -> true;
            case "video/mp4", "video/webm", "audio/mpeg", "audio/mp4", "audio/ogg" -> true;
            case "text/plain" -> true;
            default -> false;
        };
    }

    @Override
    public String toString() {
        return value;
    }
}
