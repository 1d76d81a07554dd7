package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The path of a request as it came over the wire. File names are taken from it, and not from what routing made of it,
 * because routing decodes, merges slashes and resolves dots, and a name must mean one file only.
 */
final class RequestPath {
    /** The slashes up to the name in {@code /api/v1/buckets/{bucket}/content/{name}}. */
    private static final int SLASHES_BEFORE_NAME = 6;

    /** No operation takes more than a few; the server below drops those after the thousandth and says nothing. */
    private static final int MAX_QUERY_PARAMETERS = 100;

    /** What no part of a URL holds unencoded (RFC 3986, section 2); bytes above 0x7F are taken for what they are. */
    private static final String NEVER_RAW = "\"#<>\\^`{|}";

    private RequestPath() {}

    /** Whether there is a path and it begins with a slash; routing knows no other. */
    static boolean isAbsolute(@Nullable String rawPath) {
        return rawPath != null && rawPath.startsWith("/");
    }

    /**
     * Refuses paths that different readers understand differently: dot segments, empty segments, matrix parameters,
     * backslashes, each also percent-encoded, and broken percent-encoding.
     *
     * @param rawPath undecoded, without the query
     * @throws ServiceException {@link ErrorCode#INVALID_PATH} or {@link ErrorCode#INVALID_ENCODING}
     */
    static void requireUnambiguous(String rawPath) {
        if (rawPath.indexOf(';') >= 0) {
            throw new ServiceException(
                    ErrorCode.INVALID_PATH,
                    "The path holds ';'. There are no matrix parameters; percent-encode it in a name.");
        }
        String path = decode(rawPath);
        if (path.indexOf('\\') >= 0) {
            throw new ServiceException(ErrorCode.INVALID_PATH, "The path holds a backslash.");
        }
        requireRaw(rawPath, NEVER_RAW + "[]");
        for (String segment : path.substring(path.startsWith("/") ? 1 : 0).split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                throw new ServiceException(
                        ErrorCode.INVALID_PATH, "The path holds a segment '" + segment + "', encoded or not.");
            }
        }
        if (path.contains("//")) {
            throw new ServiceException(ErrorCode.INVALID_PATH, "The path holds '//', encoded or not.");
        }
    }

    /**
     * The decoded file name in {@code …/buckets/{bucket}/content/{name}}; a slash in it may be literal or {@code %2F}. It
     * is found by its place: the segments before it match the route also when they are percent-encoded.
     *
     * @throws ServiceException {@link ErrorCode#INVALID_ENCODING}
     */
    static String contentName(String rawPath) {
        int slash = rawPath.indexOf('/');
        for (int seen = 1; seen < SLASHES_BEFORE_NAME && slash >= 0; seen++) {
            slash = rawPath.indexOf('/', slash + 1);
        }
        return slash < 0 ? "" : decode(rawPath.substring(slash + 1));
    }

    /**
     * Refuses queries that would be read otherwise than they were meant: broken percent-encoding, which decoders replace
     * by other characters, and more parameters than are looked at.
     *
     * @throws ServiceException {@link ErrorCode#INVALID_ENCODING} or {@link ErrorCode#INVALID_PARAMETER}
     */
    static void requireReadableQuery(String rawQuery) {
        decode(rawQuery);
        requireRaw(rawQuery, NEVER_RAW + ";"); // which the server below takes for the end of a parameter
        if (rawQuery.chars().filter(c -> c == '&').count() >= MAX_QUERY_PARAMETERS) {
            throw new ServiceException(
                            ErrorCode.INVALID_PARAMETER,
                            "The query has more than " + MAX_QUERY_PARAMETERS + " parameters.")
                    .with("limit", MAX_QUERY_PARAMETERS);
        }
    }

    /**
     * Percent-decodes strictly (RFC 3986, section 2.1): UTF-8 in its shortest form and nothing else. Bytes above 0x7F
     * that were sent unencoded, which HTTP servers hand on as Latin-1 characters, count as the bytes they were. A plus
     * sign is a plus sign.
     *
     * @throws ServiceException {@link ErrorCode#INVALID_ENCODING}
     */
    static String decode(String raw) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                bytes.write(hex(raw, i + 1) * 16 + hex(raw, i + 2));
                i += 2;
            } else if (c <= 0xFF) {
                bytes.write(c);
            } else {
                throw invalid("The URL holds a character outside Latin-1 that is not percent-encoded.");
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ServiceException(ErrorCode.INVALID_ENCODING, "The URL is not UTF-8 when decoded.", e);
        }
    }

    private static void requireRaw(String raw, String never) {
        if (raw.chars().anyMatch(c -> c <= ' ' || c == 0x7F || never.indexOf(c) >= 0)) {
            throw invalid("The URL holds a character that has to be percent-encoded, one of " + never
                    + " or one that is not visible.");
        }
    }

    private static int hex(String raw, int index) {
        int digit = index < raw.length() ? Character.digit(raw.charAt(index), 16) : -1;
        if (digit < 0 || raw.charAt(index) > 'f') {
            throw invalid("The URL holds a '%' that two hexadecimal digits do not follow.");
        }
        return digit;
    }

    private static ServiceException invalid(String detail) {
        return new ServiceException(ErrorCode.INVALID_ENCODING, detail);
    }
}
