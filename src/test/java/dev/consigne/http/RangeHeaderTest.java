package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.Slice;
import dev.consigne.http.RangeHeader.Resolved;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
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
        "'bytes=3-4,', 10, 3, 2",
        "'bytes=, ,3-4, ,', 10, 3, 2",
        "bytes=0-99999999999999999999, 10, 0, 10",
        "bytes=-99999999999999999999, 10, 0, 10",
        "bytes=0-9223372036854775807, 9223372036854775807, 0, 9223372036854775807"
    })
    void resolvesToAPart(String header, long length, long offset, long count) {
        assertThat(RangeHeader.resolve(header, length)).isEqualTo(parts(new Slice(offset, count)));
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
                "bytes=0-1,a",
                "bytes=0-1,4-3",
                "bytes=,",
                "bytes= , ,",
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
        assertThat(RangeHeader.resolve("bytes=" + "0-0,".repeat(7) + "0-0", 10)).isEqualTo(parts(new Slice(0, 1)));
        assertThat(RangeHeader.resolve("bytes=" + "0-0,".repeat(8) + "0-0", 10)).isEqualTo(new Resolved.TooMany());
        assertThat(RangeHeader.resolve("bytes=" + "0-0,".repeat(2000), 10)).isEqualTo(new Resolved.TooMany());
        assertThat(RangeHeader.resolve("bytes=" + "0-0,".repeat(2000) + "x", 10))
                .as("what is no list of ranges is ignored, however long")
                .isEqualTo(new Resolved.Whole());
    }

    /** For every range of a small content, against the definition. */
    @Test
    void selectsTheBytesOfTheDefinition() {
        for (int length = 1; length <= 6; length++) {
            for (int first = 0; first < length; first++) {
                for (int last = first; last <= length + 1; last++) {
                    int end = Math.min(last, length - 1);
                    assertThat(RangeHeader.resolve("bytes=" + first + "-" + last, length))
                            .isEqualTo(parts(new Slice(first, end - first + 1)));
                }
            }
        }
    }

    @Test
    void keepsPartsThatAreApartInTheOrderAskedFor() {
        assertThat(RangeHeader.resolve("bytes=8-9, 0-1 ,4-5", 100))
                .isEqualTo(parts(new Slice(8, 2), new Slice(0, 2), new Slice(4, 2)));
        assertThat(RangeHeader.resolve("bytes=0-1,200-,-0,4-5", 100))
                .isEqualTo(parts(new Slice(0, 2), new Slice(4, 2)));
        assertThat(RangeHeader.resolve("bytes=100-,200-", 100)).isEqualTo(new Resolved.Unsatisfiable());
    }

    @Test
    void makesOneOfPartsThatTouch() {
        assertThat(RangeHeader.resolve("bytes=0-1,2-3", 100)).isEqualTo(parts(new Slice(0, 4)));
        assertThat(RangeHeader.resolve("bytes=50-,8-9,0-5,-60", 100))
                .isEqualTo(parts(new Slice(40, 60), new Slice(8, 2), new Slice(0, 6)));
        assertThat(RangeHeader.resolve("bytes=8-9,20-21,0-1,2-7", 100))
                .isEqualTo(parts(new Slice(0, 10), new Slice(20, 2)));
    }

    /** Whatever is asked for: the parts lie inside, do not touch, and together are what was asked for. */
    @Property(tries = 1000)
    void coversExactlyWhatWasAskedFor(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 30) Integer> firsts,
            @ForAll @Size(min = 8, max = 8) List<@IntRange(max = 9) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 40) int length) {
        BitSet asked = new BitSet();
        List<String> specs = new ArrayList<>();
        for (int i = 0; i < firsts.size(); i++) {
            int last = firsts.get(i) + lengths.get(i);
            specs.add(firsts.get(i) + "-" + last);
            asked.set(firsts.get(i), last + 1);
        }
        asked.clear(length, 100);

        Resolved resolved = RangeHeader.resolve("bytes=" + String.join(",", specs), length);

        BitSet got = new BitSet();
        if (resolved instanceof Resolved.Parts parts) {
            for (Slice slice : parts.slices()) {
                int from = (int) slice.offset();
                assertThat(got.get(Math.max(0, from - 1), (int) slice.end() + 1).isEmpty())
                        .isTrue();
                got.set(from, (int) slice.end());
            }
        }
        assertThat(got).isEqualTo(asked);
    }

    @Property(tries = 2000)
    void readsAnything(@ForAll @StringLength(max = 40) @Chars({'0', '9', '-', ',', ' ', '=', 'x'}) String text) {
        assertThat(RangeHeader.resolve("bytes=" + text, 10)).isNotNull();
    }

    private static Resolved parts(Slice... slices) {
        return new Resolved.Parts(List.of(slices));
    }
}
