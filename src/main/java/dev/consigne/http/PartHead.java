package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of a form's part before its bytes (RFC 7578, section 4.2), read for the name of a file. The decoder below
 * reads them too and gives a name back in which {@code ; = , :} and line ends have become spaces: the file would be stored
 * under a name that nobody sent.
 */
final class PartHead {
    private static final Pattern DISPOSITION =
            Pattern.compile("(?im)^content-disposition[ \t]*:[ \t]*form-data[ \t]*(;.*|)$");
    private static final Pattern PARAMETER =
            Pattern.compile("\\G;[ \t]*([A-Za-z0-9*_-]+)[ \t]*=[ \t]*(\"(?:[^\"\\\\]|\\\\.)*\"|[^\";\\s]*)[ \t]*");

    private PartHead() {}

    /**
     * The file's name; {@code filename*} before {@code filename}, as those who send both mean it. A quotation mark and a
     * backslash may be written {@code \"} and {@code \\}; any other backslash is one, because browsers send them so.
     *
     * @param head the lines, one Latin-1 character a byte
     * @return empty if the part is no file
     * @throws ServiceException {@link ErrorCode#MALFORMED_MULTIPART}
     */
    static Optional<String> fileName(String head) {
        Matcher line = DISPOSITION.matcher(head.replace("\r\n", "\n"));
        if (!line.find()) {
            return Optional.empty();
        }
        Map<String, String> parameters = parameters(line.group(1));
        if (line.find()) {
            throw malformed("A part has more than one Content-Disposition.");
        }
        String extended = parameters.get("filename*");
        return extended == null
                ? Optional.ofNullable(parameters.get("filename")).map(PartHead::utf8)
                : Optional.of(decoded(extended));
    }

    private static Map<String, String> parameters(String list) {
        Map<String, String> parameters = new HashMap<>();
        Matcher parameter = PARAMETER.matcher(list);
        int end = 0;
        while (parameter.find()) {
            end = parameter.end();
            if (parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), unquoted(parameter.group(2))) != null) {
                throw malformed("A Content-Disposition says something twice.");
            }
        }
        if (end < list.length()) {
            throw malformed("A Content-Disposition cannot be read.");
        }
        return parameters;
    }

    private static String unquoted(String value) {
        return value.startsWith("\"")
                ? value.substring(1, value.length() - 1).replaceAll("\\\\([\"\\\\])", "$1")
                : value;
    }

    private static String utf8(String latin1) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1));
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw malformed("The name of the file is not UTF-8.");
        }
    }

    /** RFC 8187, in the one charset it demands. */
    private static String decoded(String extended) {
        String[] parts = extended.split("'", 3);
        if (parts.length < 3 || !parts[0].equalsIgnoreCase("UTF-8")) {
            throw malformed("A filename* is not of the form UTF-8''name.");
        }
        try {
            return RequestPath.decode(parts[2]);
        } catch (ServiceException e) {
            throw malformed("A filename* is not percent-encoded UTF-8.");
        }
    }

    private static ServiceException malformed(String detail) {
        return new ServiceException(ErrorCode.MALFORMED_MULTIPART, detail);
    }
}
