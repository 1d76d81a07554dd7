package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, section 5.6.7. */
class HttpDateTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994",
                " Sun, 06 Nov 1994 08:49:37 GMT "
            })
    void readsAllThreeForms(String date) {
        assertThat(HttpDate.parse(date)).contains(Instant.parse("1994-11-06T08:49:37Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "yesterday",
                "Mon, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 +0100",
                "1994-11-06"
            })
    void readsNothingElse(String date) {
        assertThat(HttpDate.parse(date)).isEmpty();
    }

    @Test
    void writesTheFirst() {
        assertThat(HttpDate.of(Instant.parse("1994-11-06T08:49:37.999Z"))).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
