package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which trace a request belongs to (W3C Trace Context, section 3.2). */
class TraceParentTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String GOOD = "00-" + TRACE + "-" + PARENT + "-01";

    @ParameterizedTest
    @ValueSource(strings = {"01", "00", "fe"})
    void readsTheTraceWhateverTheFlags(String flags) {
        assertThat(TraceParent.traceId("00-" + TRACE + "-" + PARENT + "-" + flags))
                .contains(TRACE);
    }

    @Test
    void takesFromALaterVersionWhatItKnows() {
        assertThat(TraceParent.traceId("01-" + TRACE + "-" + PARENT + "-01-more"))
                .contains(TRACE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-" + TRACE + "-" + PARENT + "-01",
                "00-" + TRACE + "-" + PARENT + "-01-more",
                "01-" + TRACE + "-" + PARENT + "-01more",
                "00-" + TRACE + "-" + PARENT + "-1",
                "00-00000000000000000000000000000000-" + PARENT + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + PARENT + "-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473-" + PARENT + "-01",
                " " + GOOD,
                GOOD + "\n"
            })
    void takesWhatItCannotReadForNone(String value) {
        assertThat(TraceParent.traceId(value)).isEmpty();
    }

    @Test
    void takesTwoForNone() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Traceparent", GOOD);
        assertThat(TraceParent.traceId(headers)).isPresent();

        assertThat(TraceParent.traceId(headers.add("traceparent", GOOD))).isEmpty();
    }
}
