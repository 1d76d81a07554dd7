package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.ContentLayout;
import dev.consigne.file.EntityTags;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Labels;
import dev.consigne.file.MediaType;
import dev.consigne.file.Metadata;
import dev.consigne.file.Preconditions;
import dev.consigne.file.Sha256;
import dev.consigne.file.StoredContent;
import dev.consigne.file.Tags;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionsTest {
    private static final Instant UPDATED = Instant.parse("2026-11-06T08:49:37.500Z");
    private static final FileRecord FILE = FileRecord.published(
            new FileId(new UUID(0, 1)),
            new BucketName("bucket"),
            new FileName("a"),
            1,
            new Labels(MediaType.OCTET_STREAM, Metadata.NONE, Tags.NONE),
            new StoredContent(
                    new ContentId(new UUID(0, 2)),
                    new ContentLayout(1, 1),
                    new Sha256("0123456789abcdef".repeat(4)),
                    0),
            UPDATED,
            UPDATED);
    private static final String TAG = "\"" + "0123456789abcdef".repeat(4) + "\"";

    @ParameterizedTest
    @ValueSource(strings = {"\"a\",W/\"b,c\"", " \"a\" , W/\"b,c\" ", ",\"a\",,W/\"b,c\",", "\"a\"\t,\tW/\"b,c\""})
    void readsAListOfTags(String header) {
        assertThat(ifMatch(header)).isEqualTo(EntityTags.of(List.of("\"a\"", "W/\"b,c\"")));
    }

    @Test
    void joinsTheLinesOfAList() {
        MultiMap headers =
                MultiMap.caseInsensitiveMultiMap().add("If-None-Match", "\"a\"").add("If-None-Match", "\"b\"");

        assertThat(Conditions.of(headers).ifNoneMatch()).contains(EntityTags.of(List.of("\"a\"", "\"b\"")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", " * "})
    void readsTheAsteriskAsAny(String header) {
        assertThat(ifMatch(header)).isEqualTo(EntityTags.ANY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "a",
                "\"a",
                "a\"",
                "w/\"a\"",
                "\"a\"\"b\"",
                "\"a\" \"b\"",
                "\"a\"x",
                "*,\"a\"",
                "\"a b\""
            })
    void refusesWhatIsNoListOfTags(String header) {
        assertThatThrownBy(() -> ifMatch(header))
                .isInstanceOfSatisfying(
                        ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONDITION));
    }

    @Test
    void refusesMoreTagsThanAnybodyHas() {
        assertThat(ifMatch(list(Conditions.MAX_TAGS)).tags()).hasSize(Conditions.MAX_TAGS);
        assertThatThrownBy(() -> ifMatch(list(Conditions.MAX_TAGS + 1))).hasMessageContaining("more than");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "", "Mon, 06 Nov 2026 08:49:37 GMT", "Fri, 31 Feb 2026 08:49:37 GMT", "0"})
    void ignoresADateThatIsNone(String header) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("If-Modified-Since", header)
                .add("If-Unmodified-Since", header);

        assertThat(Conditions.of(headers)).isEqualTo(Preconditions.NONE);
    }

    @Test
    void ignoresADateSaidTwice() {
        String date = "Fri, 06 Nov 2026 08:49:37 GMT";
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("If-Modified-Since", date)
                .add("If-Modified-Since", date);

        assertThat(Conditions.of(headers)).isEqualTo(Preconditions.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TAG", " TAG "})
    void letsARangeThroughForTheSameContent(String header) {
        assertThat(Conditions.rangeApplies(header.replace("TAG", TAG), FILE)).isTrue();
        assertThat(Conditions.rangeApplies(null, FILE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"W/TAG", "\"x\"", "", "yesterday", "Fri, 06 Nov 2026 08:49:37 GMT", "TAG, TAG"})
    void answersTheWholeForAnyOther(String header) {
        assertThat(Conditions.rangeApplies(header.replace("TAG", TAG), FILE)).isFalse();
    }

    private static EntityTags ifMatch(String header) {
        return Conditions.of(MultiMap.caseInsensitiveMultiMap().add("If-Match", header))
                .ifMatch()
                .orElseThrow();
    }

    private static String list(int tags) {
        return IntStream.range(0, tags).mapToObj(i -> "\"" + i + "\"").collect(Collectors.joining(","));
    }
}
