package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.Metadata;
import dev.consigne.file.Tags;
import io.vertx.core.MultiMap;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an upload says about the file in headers, so that bytes and labels are published in one step. Headers are ASCII:
 * other characters are written {@code \u00e9} in the metadata and percent-encoded in the tags. Who sends them as UTF-8
 * all the same is understood in both.
 */
final class LabelHeaders {
    static final String METADATA = "Consigne-Metadata";
    static final String METADATA_DESCRIPTION =
            "A JSON object to keep with the file; characters outside ASCII as \\uXXXX. Without it, what was said stays";
    static final String METADATA_EXAMPLE = "{\"author\":\"Ada\",\"year\":2026}";
    static final String TAGS = "Consigne-Tags";
    static final String TAGS_DESCRIPTION =
            "Tags to find the file by, `key=value` joined by `&`, percent-encoded. Without it, the tags stay";
    static final String TAGS_EXAMPLE = "project=apollo&status=draft";

    private LabelHeaders() {}

    /** @throws ServiceException {@link ErrorCode#INVALID_METADATA} and its siblings */
    static Optional<Metadata> metadata(MultiMap headers) {
        return one(headers, METADATA, ErrorCode.INVALID_METADATA)
                .map(LabelHeaders::utf8)
                .map(MetadataJson::parse);
    }

    /** @throws ServiceException {@link ErrorCode#INVALID_TAGS}, {@link ErrorCode#INVALID_ENCODING} */
    static Optional<Tags> tags(MultiMap headers) {
        return one(headers, TAGS, ErrorCode.INVALID_TAGS).map(LabelHeaders::parseTags);
    }

    private static Tags parseTags(String header) {
        Map<String, String> tags = new TreeMap<>();
        for (String pair : header.isEmpty() ? List.<String>of() : List.of(header.split("&", -1))) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw invalid(ErrorCode.INVALID_TAGS, TAGS, "is not of the form key=value&key=value.");
            }
            String key = RequestPath.decode(pair.substring(0, equals));
            if (tags.put(key, RequestPath.decode(pair.substring(equals + 1))) != null) {
                throw invalid(ErrorCode.INVALID_TAGS, TAGS, "has a key twice.");
            }
        }
        return Tags.of(tags);
    }

    /** HTTP servers hand bytes above 0x7F on as Latin-1 characters. */
    private static String utf8(String header) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(header.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw invalid(ErrorCode.INVALID_METADATA, METADATA, "is neither ASCII nor UTF-8.");
        }
    }

    private static Optional<String> one(MultiMap headers, String name, ErrorCode code) {
        List<String> lines = headers.getAll(name);
        if (lines.size() > 1) {
            throw invalid(code, name, "is there more than once.");
        }
        return lines.stream().findFirst().map(String::strip);
    }

    private static ServiceException invalid(ErrorCode code, String header, String reason) {
        return new ServiceException(code, "The header " + header + " " + reason).with("header", header);
    }
}
