package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {
    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/a/b", "/a/", "/...", "/a/..b/.c./d..", "/%252e%252e", "/a%3Bb", ""})
    void takesPathsThatMeanOneThing(String path) {
        assertThatCode(() -> RequestPath.requireUnambiguous(path)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.",
                "/..",
                "/./a",
                "/a/../b",
                "/a/..",
                "/%2e",
                "/%2E%2e/a",
                "/.%2e",
                "/a%2f..",
                "//",
                "//a",
                "/a//b",
                "/a%2f/b",
                "/a%2F%2fb",
                "/a;b",
                "/..;/a",
                "/a\\b",
                "/a%5cb",
                "..",
                "/a//"
            })
    void refusesPathsThatMeanSeveral(String path) {
        refused(() -> RequestPath.requireUnambiguous(path), ErrorCode.INVALID_PATH);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/buckets/b/content/a, a",
        "/api/v1/buckets/b/content/a/b, a/b",
        "/api/v1/buckets/b/content/a%2Fb, a/b",
        "/api/v1/buckets/content/content/a, a",
        "/api/v1/buckets/b/content/x/content/y, x/content/y",
        "/api/v1/buckets/b/%63ontent/x/content/y, x/content/y",
        "/api/v1/buckets/b/content/, ''",
        "/api/v1/buckets/b/content, ''",
        "/, ''",
        "'', ''"
    })
    void findsTheNameByItsPlace(String path, String name) {
        assertThat(RequestPath.contentName(path)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "a+b, a+b",
        "a%20b, a b",
        "%C3%A9, é",
        "%c3%a9, é",
        "%F0%9F%98%80, 😀",
        "%25, %",
        "%2525, %25",
        "%00, '\u0000'"
    })
    void decodesOnceAndLeavesPlusAlone(String raw, String text) {
        assertThat(RequestPath.decode(raw)).isEqualTo(text);
    }

    @Test
    void takesBytesThatWereNotEncodedForUtf8() {
        String latin1 = new String("\u00e9/\uD83D\uDE00".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

        assertThat(RequestPath.decode(latin1)).isEqualTo("\u00e9/\uD83D\uDE00");
        assertThat(RequestPath.decode("\u00c3%A9")).isEqualTo("\u00e9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%",
                "%4",
                "a%",
                "%zz",
                "%-1",
                "%+1",
                "% 1",
                "%u00e9",
                "%c0%ae",
                "%ff",
                "%ED%A0%80",
                "%E2%82",
                "\u00e9",
                "\u4e2d",
                "%\uff11\uff11",
                "%F4%90%80%80"
            })
    void refusesWhatIsNotUtf8(String raw) {
        refused(() -> RequestPath.decode(raw), ErrorCode.INVALID_ENCODING);
    }

    @Test
    void refusesQueriesThatWouldBeReadOtherwise() {
        assertThatCode(() -> RequestPath.requireReadableQuery("a=b&c=%C3%A9+d")).doesNotThrowAnyException();
        assertThatCode(() -> RequestPath.requireReadableQuery("a&".repeat(99) + "a"))
                .doesNotThrowAnyException();
        refused(() -> RequestPath.requireReadableQuery("a=%ff"), ErrorCode.INVALID_ENCODING);
        refused(() -> RequestPath.requireReadableQuery("a&".repeat(100) + "a"), ErrorCode.INVALID_PARAMETER);
    }

    private static void refused(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServiceException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
