package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.http.StructuredDictionary.Value;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9651, sections 3.2 and 4.2.2. */
class StructuredDictionaryTest {
    @Test
    void readsByteSequencesAndNumbers() {
        var members = StructuredDictionary.parse(List.of("sha-256=:AQID:, unixsum=30637;x=1, sha-512=10"))
                .orElseThrow();

        assertThat(members.keySet()).containsExactly("sha-256", "unixsum", "sha-512");
        assertThat(members.get("sha-256")).isEqualTo(new Value.Bytes(ByteBuffer.wrap(new byte[] {1, 2, 3})));
        assertThat(members.get("unixsum")).isEqualTo(new Value.Whole(30637));
        assertThat(members.get("sha-512")).isEqualTo(new Value.Whole(10));
    }

    @Test
    void joinsLinesAndLetsTheLastOfAKeyCount() {
        var members = StructuredDictionary.parse(List.of("a=1, b=2", "a=3")).orElseThrow();

        assertThat(members).containsExactly(Map.entry("b", new Value.Whole(2)), Map.entry("a", new Value.Whole(3)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a;q",
                "a=?1",
                "a=1.5",
                "a=\"x\\\"y\"",
                "a=tok/en:1",
                "a=@1659578233",
                "a=%\"f%c3%bc\"",
                "a=(1 \"b\";c :AA==:);d",
                "a=()",
                "*a=1;  q=2",
                "a=-5"
            })
    void passesOverOtherValues(String field) {
        assertThat(StructuredDictionary.parse(List.of(field))).isPresent();
        assertThat(StructuredDictionary.parse(List.of(field + ",z=:AA==:")).orElseThrow())
                .containsKey("z");
    }

    @Test
    void readsLongValuesAndNoneThatAreTooLong() {
        String text = "x".repeat(8000);

        assertThat(StructuredDictionary.parse(List.of("a=\"" + text + "\"")).orElseThrow())
                .containsKey("a");
        assertThat(StructuredDictionary.parse(List.of("a=%\"" + text + "\"")).orElseThrow())
                .containsKey("a");
        assertThat(StructuredDictionary.parse(List.of("a=\"" + text + "\"", "b=\"" + text + "\"")))
                .isEmpty();
    }

    @Test
    void isEmptyWithoutMembers() {
        assertThat(StructuredDictionary.parse(List.of(""))).contains(Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A=1",
                "a=",
                "a=1,",
                ",a=1",
                "a=1,,b=2",
                "a =1",
                "a= 1",
                "a=:A:",
                "a=:A A=:",
                "a=:AAA",
                "a=1234567890123456",
                "a=1.2345",
                "a=1.",
                "a=\"x",
                "a=é",
                "a=(1 2",
                "a=(1,2)",
                "a=1 b=2",
                "=1",
                "a=1;",
                "a=;b",
                "a=?2",
                "a=--1"
            })
    void isStrict(String field) {
        assertThat(StructuredDictionary.parse(List.of(field))).isEmpty();
    }

    @Property(tries = 500)
    void readsBackEveryByteSequence(@ForAll @Size(max = 100) byte[] bytes) {
        String field = "k=:" + Base64.getEncoder().encodeToString(bytes) + ":";

        var members = StructuredDictionary.parse(List.of(field)).orElseThrow();

        assertThat(members).containsEntry("k", new Value.Bytes(ByteBuffer.wrap(bytes)));
    }

    @Property(tries = 2000)
    void saysYesOrNoToAnything(@ForAll @StringLength(max = 60) @CharRange(from = ' ', to = '~') String field) {
        assertThat(StructuredDictionary.parse(List.of(field))).isNotNull();
    }
}
