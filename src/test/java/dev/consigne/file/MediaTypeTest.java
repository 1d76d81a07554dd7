package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain                              | text/plain",
                "Text/HTML; charset=utf-8                | text/html",
                "application/vnd.a+json;v=\"1;\\\"2\\\"\"    | application/vnd.a+json",
                "image/svg+xml                           | image/svg+xml",
                "a/b ; c=d ;e=f                          | a/b"
            })
    void keepsWhatWasDeclaredAndKnowsItsEssence(String value, String essence) {
        MediaType type = new MediaType(value);

        assertThat(type).hasToString(value);
        assertThat(type.essence()).isEqualTo(essence);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "text/",
                "/plain",
                "text/plain;",
                "text/plain; charset",
                "text/plain\r\nX: y",
                "text/plain; a=\"b\nc\"",
                "text/plain; a=\"b",
                "te xt/plain",
                "text/pläin",
                "text/html; charset=utf-7",
                "text/html; charset=\"UTF-7\""
            })
    void refusesWhatIsNoMediaTypeOrDangerous(String value) {
        assertRefused(value);
    }

    @Test
    void takes255CharactersAndRefuses256() {
        assertThat(new MediaType("a/" + "b".repeat(253)).value()).hasSize(255);
        assertRefused("a/" + "b".repeat(254));
    }

    /** A pattern that backtracks would need ages for this. */
    @Test
    void refusesQuicklyWhateverTheText() {
        assertRefused("a/b" + ";a=\"\\".repeat(60));
    }

    @ParameterizedTest
    @CsvSource({
        "image/png, true",
        "IMAGE/PNG, true",
        "text/plain; charset=utf-8, true",
        "video/mp4, true",
        "image/svg+xml, false",
        "text/html, false",
        "application/pdf, false",
        "application/octet-stream, false",
        "text/xml, false"
    })
    void isInertOnlyIfNothingInItCanRun(String value, boolean inert) {
        assertThat(new MediaType(value).inert()).isEqualTo(inert);
    }

    private static void assertRefused(String value) {
        assertThatThrownBy(() -> new MediaType(value))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_CONTENT_TYPE));
    }
}
