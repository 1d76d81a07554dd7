package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.ContentLayout;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.MediaType;
import dev.consigne.file.Sha256;
import dev.consigne.file.StoredContent;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionsTest {
    private static final Instant UPDATED = Instant.parse("2026-11-06T08:49:37.500Z");
    private static final FileRecord FILE = new FileRecord(
            new FileId(new UUID(0, 1)),
            new BucketName("bucket"),
            new FileName("a"),
            1,
            MediaType.OCTET_STREAM,
            new StoredContent(
                    new ContentId(new UUID(0, 2)),
                    new ContentLayout(1, 1),
                    new Sha256("0123456789abcdef".repeat(4)),
                    0),
            false,
            UPDATED,
            UPDATED);
    private static final String TAG = "\"" + "0123456789abcdef".repeat(4) + "\"";

    @ParameterizedTest
    @ValueSource(strings = {"TAG", "W/TAG", "*", " * ", "\"x\",TAG", "\"x\" , W/TAG ,\"y\""})
    void isNotModifiedWhenTheClientHasIt(String header) {
        assertThat(Conditions.notModified(header.replace("TAG", TAG), FILE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"x\"", "W/\"x\"", "0123456789abcdef", ",", "w/TAG", "TAGx"})
    void isModifiedWhenTheClientHasAnother(String header) {
        assertThat(Conditions.notModified(header.replace("TAG", TAG), FILE)).isFalse();
        assertThat(Conditions.notModified(null, FILE)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TAG", " TAG ", "*", "\"x\", TAG"})
    void holdsForWhoAsksForTheContentThereIs(String header) {
        assertThat(Conditions.failed(header.replace("TAG", TAG), null, FILE)).isFalse();
        assertThat(Conditions.failed(null, null, FILE)).isFalse();
        assertThat(Conditions.failed(null, "Fri, 06 Nov 2026 08:49:38 GMT", FILE))
                .isFalse();
        assertThat(Conditions.failed(null, "yesterday", FILE)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\"", "W/TAG", ""})
    void failsForWhoAsksForAnotherContent(String header) {
        assertThat(Conditions.failed(header.replace("TAG", TAG), null, FILE)).isTrue();
        assertThat(Conditions.failed(null, "Fri, 06 Nov 2026 08:49:36 GMT", FILE))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TAG", " TAG "})
    void letsARangeThroughForTheSameContent(String header) {
        assertThat(Conditions.rangeApplies(header.replace("TAG", TAG), FILE)).isTrue();
        assertThat(Conditions.rangeApplies(null, FILE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "W/TAG",
                "\"x\"",
                "",
                "yesterday",
                "Fri, 06 Nov 2026 08:49:37 GMT",
                "Fri, 06 Nov 2026 08:49:36 GMT",
                "Fri, 06 Nov 2026 08:49:38 GMT",
                "Mon, 06 Nov 2026 08:49:37 GMT",
                "TAG, TAG",
                "Fri, 31 Feb 2026 08:49:37 GMT"
            })
    void answersTheWholeForAnyOther(String header) {
        assertThat(Conditions.rangeApplies(header.replace("TAG", TAG), FILE)).isFalse();
    }

    @Test
    void writesDatesAsHttpDoes() {
        assertThat(Conditions.httpDate(UPDATED)).isEqualTo("Fri, 06 Nov 2026 08:49:37 GMT");
    }
}
