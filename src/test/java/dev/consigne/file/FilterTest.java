package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FilterField.Member;
import dev.consigne.file.FilterField.Tag;
import dev.consigne.file.FilterTerm.Comparison;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters as text: what is read, how it is written, and what is refused where. */
class FilterTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "contains(name, \"invoice\") and mediaType = \"application/pdf\" and length >= 1000",
                "updatedAt < \"2026-01-01T00:00:00Z\" and tags.project = \"apollo\" and metadata.year >= 2025",
                "startsWith(metadata.a.b-c._d, \"x\\\"y\\\\z\\u0001\")",
                "tags.\"a b\" = \"\" and tags.and = \"and\"",
                "metadata.done = true and metadata.done = false",
                "metadata.n = -0.00000015 and length = 9223372036854775807"
            })
    void writesWhatItHasRead(String text) {
        assertThat(Filter.parse(text)).hasToString(text);
    }

    @Test
    void readsTheSameHoweverItIsSpaced() {
        Filter filter = Filter.parse("length>=1 and tags.a=\"b\"");

        assertThat(Filter.parse("  length  >=   1   and   tags . a  =  \"b\"  "))
                .isEqualTo(filter);
        assertThat(Filter.parse("length>=1.0e0 and tags.\"a\"=\"\\u0062\"")).isEqualTo(filter);
    }

    @Test
    void readsTimesInAnyZone() {
        assertThat(Filter.parse("createdAt = \"2026-01-01T01:00:00.5+01:00\""))
                .isEqualTo(Filter.parse("createdAt = \"2026-01-01T00:00:00.500Z\""));
    }

    @Test
    void readsNamesInTheFormTheyAreKeptIn() {
        assertThat(Filter.parse("name = \"e\u0301\"")).isEqualTo(Filter.parse("name = \"\u00e9\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | 0",
                "` ` | 1",
                "foo = 1 | 0",
                "name | 4",
                "name = | 6",
                "name = 1 | 7",
                "name ! \"a\" | 5",
                "name = \"a | 7",
                "name = \"\\x\" | 7",
                "name = \"\\u0000\" | 7",
                "name = \"\\ud800\" | 7",
                "name = \"a\" or name = \"b\" | 11",
                "name = \"a\" and | 14",
                "name = \"a\" AND name = \"b\" | 11",
                "name = \"a\"; DROP TABLE file | 10",
                "name = 'a' | 7",
                "not name = \"a\" | 0",
                "(name = \"a\") | 0",
                "length = \"1\" | 9",
                "length = 1.5 | 9",
                "length = 9223372036854775808 | 9",
                "length = 1e9999 | 9",
                "length = 1e99999 | 9",
                "length = 01 | 10",
                "length = -  | 9",
                "updatedAt < \"2026-13-45\" | 12",
                "updatedAt < \"2026-13-45T00:00:00Z\" | 12",
                "updatedAt < \"300000-01-01T00:00:00Z\" | 12",
                "updatedAt < \"+300000-01-01T00:00:00Z\" | 12",
                "updatedAt < \"0000-01-01T00:00:00Z\" | 12",
                "updatedAt < \"2026-01-01T00:00:00\" | 12",
                "updatedAt < \"2026-01-01T00:00:00.1234567Z\" | 12",
                "updatedAt < \"2026-01-01T24:00:00Z\" | 12",
                "updatedAt < 5 | 12",
                "metadata = 1 | 9",
                "metadata. = 1 | 10",
                "metadata.a.b.c.d.e.f = 1 | 0",
                "metadata.a = null | 13",
                "metadata.a < true | 11",
                "metadata.a = 1e300 | 13",
                "metadata.\"a\" = 1 | 9",
                "tags = \"a\" | 5",
                "tags.1 = \"a\" | 5",
                "tags.a = 1 | 9",
                "tags.\" \" = \"a\" | 5",
                "contains(tags.a, \"x\") | 9",
                "contains(name, \"\") | 15",
                "contains(name \"a\") | 14",
                "contains(name, \"a\" | 18",
                "startsWith(length, \"1\") | 11",
                "startsWith(name, 1) | 17"
            })
    void saysWhereItCannotBeRead(String text, int position) {
        assertThatThrownBy(() -> Filter.parse(text)).isInstanceOfSatisfying(ServiceException.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_FILTER);
            assertThat(refusal.extensions()).containsEntry("position", position).containsKey("expected");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "tags.project = 'apollo' | a text in double quotes",
                "tags.project != \"apollo\" | =, <, <=, > or >=",
                "length > 1 & length < 9 | and, or the end"
            })
    void saysWhatShouldStandThereInstead(String text, String expected) {
        assertThatThrownBy(() -> Filter.parse(text))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> assertThat(refusal.extensions()).containsEntry("expected", expected));
    }

    @Test
    void takesTenTermsAndTwoKibibytes() {
        String ten = "length = 1" + " and length = 1".repeat(9);
        String twoKibibytes = "length = 1" + " ".repeat(2038);

        assertThat(Filter.parse(ten).terms()).hasSize(10);
        assertThat(Filter.parse(twoKibibytes).terms()).hasSize(1);
        assertThatThrownBy(() -> Filter.parse(ten + " and length = 1")).hasMessageContaining("10 terms");
        assertThatThrownBy(() -> Filter.parse(twoKibibytes + " ")).hasMessageContaining("2048 bytes");
    }

    @Test
    void takesValuesThatAnIndexTakes() {
        Filter.parse("tags.a = \"" + "\u00e9".repeat(128) + "\" and name = \"" + "x".repeat(1024) + "\"");

        assertThatThrownBy(() -> Filter.parse("tags.a = \"" + "\u00e9".repeat(129) + "\""))
                .hasMessageContaining("256");
        assertThatThrownBy(() -> Filter.parse("name = \"" + "x".repeat(1025) + "\""))
                .hasMessageContaining("1024");
    }

    @Property(tries = 2000)
    void readsWhatItHasWritten(@ForAll("filters") Filter filter) {
        assertThat(Filter.parse(filter.toString())).isEqualTo(filter);
    }

    @Property(tries = 5000)
    void answersAnyTextWithAFilterOrARefusal(@ForAll("almostFilters") String text) {
        try {
            assertThat(Filter.parse(text).terms()).isNotEmpty();
        } catch (ServiceException refusal) {
            assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_FILTER);
        }
    }

    @Provide
    Arbitrary<String> almostFilters() {
        Arbitrary<String> pieces = Arbitraries.of(
                "name",
                "length",
                "updatedAt",
                "tags",
                "metadata",
                ".",
                "=",
                "<",
                ">=",
                "(",
                ")",
                ",",
                "and",
                " ",
                "\"",
                "\"a\"",
                "\"2026-01-01T00:00:00Z\"",
                "1",
                "-",
                "1e5",
                "contains",
                "startsWith",
                "true",
                "\\u0000",
                "\\");
        return Arbitraries.oneOf(
                pieces.list().ofMaxSize(20).map(list -> String.join("", list)),
                pieces.list().ofMaxSize(20).map(list -> String.join(" ", list)),
                Arbitraries.strings().ofMaxLength(40),
                Combinators.combine(
                                filters().map(Filter::toString),
                                Arbitraries.integers().between(0, 300),
                                Arbitraries.chars())
                        .as((text, at, c) -> text.substring(0, Math.min(at, text.length())) + c));
    }

    @Provide
    Arbitrary<Filter> filters() {
        return terms().list().ofMinSize(1).ofMaxSize(4).map(Filter::new);
    }

    private static Arbitrary<FilterTerm> terms() {
        Arbitrary<String> text = Arbitraries.strings()
                .excludeChars('\u0000')
                .ofMaxLength(20)
                .filter(value -> value.codePoints().noneMatch(p -> p >= 0xD800 && p <= 0xDFFF));
        Arbitrary<String> word =
                Arbitraries.strings().withChars("aZ_").ofMinLength(1).ofMaxLength(4);
        Arbitrary<Comparison> comparison = Arbitraries.of(Comparison.class);
        Arbitrary<FilterLiteral> texts = text.map(FilterLiteral.Text::new);
        Arbitrary<FilterLiteral> numbers = Arbitraries.bigDecimals()
                .between(new BigDecimal("-1e30"), new BigDecimal("1e30"))
                .ofScale(12)
                .map(FilterLiteral.Numeral::new);
        Arbitrary<FilterLiteral> lengths =
                Arbitraries.longs().map(value -> new FilterLiteral.Numeral(BigDecimal.valueOf(value)));
        Arbitrary<FilterLiteral> times = Arbitraries.longs()
                .between(-60_000_000_000L, 250_000_000_000L)
                .map(seconds -> new FilterLiteral.Moment(Instant.ofEpochSecond(seconds, 123_456_000)));
        Arbitrary<FilterField> tag = text.filter(key -> !key.isBlank()).map(Tag::new);
        Arbitrary<FilterField> member =
                word.list().ofMinSize(1).ofMaxSize(5).map(path -> new Member(String.join(".", path)));
        Arbitrary<FilterField> length = Arbitraries.of(FilterField.Property.LENGTH);
        Arbitrary<FilterField> time = Arbitraries.of(FilterField.Property.CREATED_AT, FilterField.Property.UPDATED_AT);
        Arbitrary<FilterField> type = Arbitraries.of(FilterField.Property.MEDIA_TYPE);
        return Arbitraries.oneOf(List.of(
                Combinators.combine(tag, comparison, texts).as(FilterTerm.Compares::new),
                Combinators.combine(type, comparison, texts).as(FilterTerm.Compares::new),
                Combinators.combine(member, comparison, texts).as(FilterTerm.Compares::new),
                Combinators.combine(member, comparison, numbers).as(FilterTerm.Compares::new),
                Combinators.combine(length, comparison, lengths).as(FilterTerm.Compares::new),
                Combinators.combine(time, comparison, times).as(FilterTerm.Compares::new),
                member.map(field -> new FilterTerm.Compares(field, Comparison.EQUAL, new FilterLiteral.Flag(true))),
                Combinators.combine(tag, text.filter(value -> !value.isEmpty())).as(FilterTerm.StartsWith::new)));
    }
}
