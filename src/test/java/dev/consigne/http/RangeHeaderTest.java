package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.Slice;
import dev.consigne.http.RangeHeader.Resolved;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeHeaderTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 10, 0, 1",
        "bytes=0-9, 10, 0, 10",
        "bytes=0-10, 10, 0, 10",
        "bytes=9-, 10, 9, 1",
        "bytes=-1, 10, 9, 1",
        "bytes=-10, 10, 0, 10",
        "bytes=-11, 10, 0, 10",
        "BYTES=3-4, 10, 3, 2",
        "bytes= 3-4 , 10, 3, 2",
        "bytes=0003-4, 10, 3, 2",
        "bytes=0-99999999999999999999, 10, 0, 10",
        "bytes=-99999999999999999999, 10, 0, 10",
        "bytes=0-9223372036854775807, 9223372036854775807, 0, 9223372036854775807"
    })
    void resolvesToAPart(String header, long length, long offset, long count) {
        assertThat(RangeHeader.resolve(header, length)).isEqualTo(new Resolved.Part(new Slice(offset, count)));
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=10-, 10",
        "bytes=10-20, 10",
        "bytes=-0, 10",
        "bytes=0-, 0",
        "bytes=-1, 0",
        "bytes=99999999999999999999-, 10"
    })
    void cannotBeSatisfiedOutsideTheContent(String header, long length) {
        assertThat(RangeHeader.resolve(header, length)).isEqualTo(new Resolved.Unsatisfiable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=5-2",
                "bytes=a-b",
                "bytes=1-2-3",
                "bytes=--1",
                "items=0-1",
                "bytes=1-2x",
                "bytes=٣-٤",
                "bytes=0-1,3-4",
                "bytes=0-1,",
                " bytes=0-1"
            })
    void isTheWholeWhenItSaysNothing(String header) {
        assertThat(RangeHeader.resolve(header, 10)).isEqualTo(new Resolved.Whole());
    }

    @Test
    void isTheWholeWithoutHeader() {
        assertThat(RangeHeader.resolve(null, 10)).isEqualTo(new Resolved.Whole());
        assertThat(RangeHeader.resolve(null, 0)).isEqualTo(new Resolved.Whole());
    }

    @Test
    void refusesMoreThanEightRanges() {
        assertThat(RangeHeader.resolve("bytes=" + "0-0,".repeat(7) + "0-0", 10)).isEqualTo(new Resolved.Whole());
        assertThat(RangeHeader.resolve("bytes=" + "0-0,".repeat(8) + "0-0", 10)).isEqualTo(new Resolved.TooMany());
        assertThat(RangeHeader.resolve("bytes=" + "0-0,".repeat(2000), 10)).isEqualTo(new Resolved.TooMany());
    }

    /** For every range of a small content, against the definition. */
    @Test
    void selectsTheBytesOfTheDefinition() {
        for (int length = 1; length <= 6; length++) {
            for (int first = 0; first < length; first++) {
                for (int last = first; last <= length + 1; last++) {
                    int end = Math.min(last, length - 1);
                    assertThat(RangeHeader.resolve("bytes=" + first + "-" + last, length))
                            .isEqualTo(new Resolved.Part(new Slice(first, end - first + 1)));
                }
            }
        }
    }
}
