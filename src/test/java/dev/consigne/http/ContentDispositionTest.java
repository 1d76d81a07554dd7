package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ServiceException;
import dev.consigne.file.FileName;
import dev.consigne.file.MediaType;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentDispositionTest {
    private static final Pattern FORM = Pattern.compile(
            "(?:inline|attachment); filename=\"([ !#-\\[\\]-~]*)\"; filename\\*=UTF-8''((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})+)");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "report.pdf | report.pdf | report.pdf",
                "dir/report.pdf | report.pdf | report.pdf",
                "a b | a b | a%20b",
                "\u00e9 | _ | %C3%A9",
                "\uD83D\uDE00 | _ | %F0%9F%98%80",
                "a\"b | a_b | a%22b",
                "100% | 100_ | 100%25",
                "a;b='c' | a_b='c' | a%3Bb%3D%27c%27"
            })
    void namesTheFileForOldAndNewReaders(String name, String ascii, String encoded) {
        assertThat(ContentDisposition.of(new FileName(name), MediaType.OCTET_STREAM))
                .isEqualTo("attachment; filename=\"" + ascii + "\"; filename*=UTF-8''" + encoded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/html", "image/svg+xml", "application/pdf", "application/octet-stream", "image/png+xml"})
    void isAnAttachmentUnlessInert(String type) {
        assertThat(ContentDisposition.of(new FileName("a"), new MediaType(type)))
                .startsWith("attachment; ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "IMAGE/PNG", "text/plain; charset=utf-8", "video/mp4"})
    void isInlineWhenInert(String type) {
        assertThat(ContentDisposition.of(new FileName("a"), new MediaType(type)))
                .startsWith("inline; ");
    }

    /** Whatever the name: one line of plain ASCII, two parameters, and the name comes back from the second. */
    @Test
    void keepsEveryNameInsideItsParameter() {
        SplittableRandom random = new SplittableRandom(1);
        String edgy =
                "\"'\\;=%,:*?<>|#&+ \u00e9\u00df\u4e2d\uD83D\uDE00\u200Dab0.-_~^`!$()[]{}@\t\r\n\u0000\u007f\u202e";
        int[] points = edgy.codePoints().toArray();
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(1, 20); length > 0; length--) {
                text.appendCodePoint(
                        random.nextBoolean() ? points[random.nextInt(points.length)] : random.nextInt(0x20, 0x3000));
            }
            FileName name;
            try {
                name = new FileName(text.toString());
            } catch (ServiceException refused) {
                continue;
            }
            taken++;

            Matcher header = FORM.matcher(ContentDisposition.of(name, MediaType.OCTET_STREAM));

            assertThat(header.matches()).as("%s", name).isTrue();
            assertThat(URLDecoder.decode(header.group(2).replace("+", "%2B"), StandardCharsets.UTF_8))
                    .isEqualTo(name.lastSegment());
        }
        assertThat(taken).isGreaterThan(1_000);
    }
}
