package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FileName;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/** The prefix of a listing, and its delimiter: parts of names, in the form names are stored in. */
final class NamePrefix {
    private static final int MAX_DELIMITER_BYTES = 64;

    private NamePrefix() {}

    /** @throws ServiceException {@link ErrorCode#INVALID_PARAMETER} if no name can begin so */
    static String require(String prefix) {
        return partOfName("prefix", prefix, FileName.MAX_BYTES);
    }

    /** What divides folders: any part of a name; {@link ErrorCode#INVALID_PARAMETER} if it is empty or in no name. */
    static String requireDelimiter(String delimiter) {
        if (delimiter.isEmpty()) {
            throw invalid("delimiter", "delimiter is empty; a usual one is '/'.");
        }
        return partOfName("delimiter", delimiter, MAX_DELIMITER_BYTES);
    }

    private static String partOfName(String parameter, String text, int most) {
        String normal = Normalizer.normalize(text, Normalizer.Form.NFC);
        if (normal.getBytes(StandardCharsets.UTF_8).length > most) {
            throw invalid(parameter, parameter + " is longer than " + most + " bytes.");
        }
        if (normal.codePoints().anyMatch(NamePrefix::neverInNames)) {
            throw invalid(parameter, parameter + " holds a character that no name can hold.");
        }
        return normal;
    }

    private static boolean neverInNames(int point) {
        return Character.isISOControl(point)
                || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)
                || (point & 0xFFFE) == 0xFFFE;
    }

    private static ServiceException invalid(String parameter, String detail) {
        return new ServiceException(ErrorCode.INVALID_PARAMETER, detail).with("parameter", parameter);
    }
}
