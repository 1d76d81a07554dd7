package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.text.Normalizer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of names: of files and of buckets. */
class NameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a.txt",
                "a/b/c.txt",
                "Jahresbericht 2026 (v2).pdf",
                "été/ça.txt",
                "日本語.txt",
                "%41.txt",
                "_%*?\"<>|.txt",
                "...",
                ".hidden",
                "a/.b",
                "CON",
                "family-\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67.png",
                " leading and trailing "
            })
    void takesNamesOfOrdinaryText(String name) {
        assertThat(new FileName(name).value()).isEqualTo(name);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesNamesThatCouldDoHarm(String name) {
        assertRefused(name, ErrorCode.INVALID_NAME);
    }

    static Stream<String> refused() {
        return Stream.of(
                "",
                " ",
                "\u3000",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "a/../b",
                "a/.",
                "./a",
                "a/ /b",
                "a\\b",
                "a\u0000b",
                "a\nb",
                "a\u0085b",
                "a\u007Fb",
                "a\u2028b",
                "a\u2029b",
                "a\u202Etxt.exe",
                "a\u2066b",
                "a\u200Bb",
                "a\uFEFFb",
                "a\u00ADb",
                "a\uFFFEb",
                "a\uFFFFb",
                "a\uFDD0b",
                "a" + Character.toString(0x1FFFE),
                "a" + Character.toString(0x10FFFF));
    }

    @Test
    void refusesHalfASurrogatePair() {
        assertRefused("a\uD83D", ErrorCode.INVALID_ENCODING);
        assertRefused("\uDC68b", ErrorCode.INVALID_ENCODING);
    }

    @Test
    void isTheSameNameInBothNormalForms() {
        String composed = "é.txt";
        String decomposed = Normalizer.normalize(composed, Normalizer.Form.NFD);

        assertThat(decomposed).isNotEqualTo(composed);
        assertThat(new FileName(decomposed)).isEqualTo(new FileName(composed));
    }

    @Test
    void countsBytesAndNotCharacters() {
        String segment = "é".repeat(127); // 254 bytes
        assertThat(new FileName(segment + "a").value()).hasSize(128);
        assertRefused(segment + "é", ErrorCode.INVALID_NAME);
    }

    @Test
    void takes1024BytesAndRefuses1025() {
        String almost = String.join("/", "a".repeat(255), "b".repeat(255), "c".repeat(255), "d".repeat(254));

        assertThat(new FileName(almost + "/e").value()).hasSize(1024);
        assertRefused(almost + "/ef", ErrorCode.NAME_TOO_LONG);
    }

    @Test
    void measuresTheNormalFormThatIsStored() {
        String grows = "\u0958".repeat(85); // 255 bytes, 510 in NFC, where it is excluded from composition

        assertRefused(grows, ErrorCode.INVALID_NAME);
    }

    @ParameterizedTest
    @CsvSource({"a, a", "a/b, b", "a/b c/d.txt, d.txt"})
    void knowsItsLastSegment(String name, String last) {
        assertThat(new FileName(name).lastSegment()).isEqualTo(last);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "a-b", "a.b", "0a0", "a--b", "xn--bcher-kva"})
    void takesBucketNames(String name) {
        assertThat(new BucketName(name)).hasToString(name);
        assertThat(new BucketName("a".repeat(63)).value()).hasSize(63);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "ab", "-ab", "ab-", ".ab", "ab.", "Abc", "a_b", "a/b", "a b", "äbc", "abc\n", "a%b"})
    void refusesBucketNames(String name) {
        assertThatThrownBy(() -> new BucketName(name))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_BUCKET_NAME));
        assertThatThrownBy(() -> new BucketName("a".repeat(64))).isInstanceOf(ServiceException.class);
    }

    private static void assertRefused(String name, ErrorCode code) {
        assertThatThrownBy(() -> new FileName(name))
                .as(name)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
