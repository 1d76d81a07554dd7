package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FileName;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/** The prefix of a listing: any beginning of a name, in the form names are stored in. */
final class NamePrefix {
    private NamePrefix() {}

    /** @throws ServiceException {@link ErrorCode#INVALID_PARAMETER} if no name can begin so */
    static String require(String prefix) {
        String normal = Normalizer.normalize(prefix, Normalizer.Form.NFC);
        if (normal.getBytes(StandardCharsets.UTF_8).length > FileName.MAX_BYTES) {
            throw invalid("prefix is longer than the " + FileName.MAX_BYTES + " bytes a name may have.");
        }
        if (normal.codePoints().anyMatch(NamePrefix::neverInNames)) {
            throw invalid("prefix holds a character that no name can hold.");
        }
        return normal;
    }

    private static boolean neverInNames(int point) {
        return Character.isISOControl(point)
                || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)
                || (point & 0xFFFE) == 0xFFFE;
    }

    private static ServiceException invalid(String detail) {
        return new ServiceException(ErrorCode.INVALID_PARAMETER, detail).with("parameter", "prefix");
    }
}
