package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.FileName;
import dev.consigne.file.FilePage;
import dev.consigne.file.FileRecord;
import dev.consigne.file.ListQuery;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Listing, finding and deleting by the catalog. */
@QuarkusTest
class ListingTest extends WithCatalog {
    private static final List<String> NAMES = List.of(
            "a", "Z", "a/1", "a/2", "a-", "aé", "é", "z", "\uD83D\uDE00.png", "\uFFFD", "100%", "100x", "a_b", "日本");

    @Test
    void listsByTheBytesOfTheNames() {
        NAMES.forEach(this::stored);

        FilePage page = list("", Optional.empty(), 1000);

        assertThat(names(page)).containsExactlyElementsOf(sortedByBytes());
        assertThat(page.more()).isFalse();
    }

    @Test
    void pagesThroughEveryFileOnce() {
        // Given
        NAMES.forEach(this::stored);
        List<String> seen = new ArrayList<>();
        Optional<String> after = Optional.empty();
        boolean more = true;

        // When
        while (more) {
            FilePage page = list("", after, 4);
            seen.addAll(names(page));
            after = Optional.of(seen.get(seen.size() - 1));
            more = page.more();
        }

        // Then
        assertThat(seen).containsExactlyElementsOf(sortedByBytes());
    }

    @Test
    void knowsWhetherThereIsMore() {
        stored("a");
        stored("b");

        assertThat(list("", Optional.empty(), 2).more()).isFalse();
        assertThat(list("", Optional.empty(), 1).more()).isTrue();
        assertThat(list("", Optional.of("b"), 1).files()).isEmpty();
    }

    @Test
    void takesThePrefixLiterally() {
        NAMES.forEach(this::stored);

        assertThat(names(list("a", Optional.empty(), 100))).containsExactly("a", "a-", "a/1", "a/2", "a_b", "aé");
        assertThat(names(list("a/", Optional.empty(), 100))).containsExactly("a/1", "a/2");
        assertThat(names(list("100%", Optional.empty(), 100))).containsExactly("100%");
        assertThat(names(list("a_", Optional.empty(), 100))).containsExactly("a_b");
        assertThat(names(list("\uD83D\uDE00", Optional.empty(), 100))).containsExactly("\uD83D\uDE00.png");
        assertThat(names(list("nothing", Optional.empty(), 100))).isEmpty();
    }

    @Test
    void continuesInsideThePrefix() {
        NAMES.forEach(this::stored);

        assertThat(names(list("a/", Optional.of("a/1"), 100))).containsExactly("a/2");
        assertThat(names(list("a/", Optional.of("Z"), 100))).containsExactly("a/1", "a/2");
    }

    @Test
    void listsAnEmptyBucketAndRefusesNone() {
        assertThat(list("", Optional.empty(), 10)).isEqualTo(FilePage.EMPTY);

        assertFails(
                () -> await(catalog.list(new ListQuery(Samples.newBucket(), "", Optional.empty(), 10))),
                ErrorCode.BUCKET_NOT_FOUND);
    }

    @Test
    void listsWhatFindFinds() {
        FileRecord file = stored("a");

        assertThat(list("", Optional.empty(), 10).files()).containsExactly(file);
    }

    @Test
    void findsNothingWhereNothingIs() {
        stored("a");

        assertThat(await(catalog.find(bucket, new FileName("b")))).isEmpty();
        assertThat(await(catalog.find(Samples.newBucket(), new FileName("a")))).isEmpty();
        assertThat(await(catalog.find(Samples.newFile()))).isEmpty();
    }

    @Test
    void deletesTheFileAndKeepsItsContentForTheRetention() {
        // Given
        FileRecord file = stored("a");

        // When
        boolean deleted = await(catalog.delete(file, RETENTION));

        // Then
        assertThat(deleted).isTrue();
        assertThat(await(catalog.find(file.id()))).isEmpty();
        var row = rows.content(file.content().contentId()).orElseThrow();
        assertThat(row.getString("state")).isEqualTo("TOMBSTONED");
        assertThat(row.getOffsetDateTime("purge_after"))
                .isEqualTo(row.getOffsetDateTime("tombstoned_at").plus(RETENTION));
        assertThat(rows.events(file.content().contentId())).containsExactly("file.stored", "file.deleted");
    }

    @Test
    void doesNotDeleteANewerContent() {
        FileRecord old = stored("a");
        FileRecord current = stored("a");

        assertThat(await(catalog.delete(old, RETENTION))).isFalse();

        assertThat(await(catalog.find(old.id()))).contains(current);
        assertThat(rows.state(current.content().contentId())).isEqualTo("LIVE");
        assertThat(rows.events(old.content().contentId())).containsExactly("file.stored");
    }

    @Test
    void givesADeletedNameANewFile() {
        FileRecord old = stored("a");
        await(catalog.delete(old, RETENTION));

        FileRecord again = stored("a");

        assertThat(again.id()).isNotEqualTo(old.id());
        assertThat(again.generation()).isEqualTo(1);
    }

    private FilePage list(String prefix, Optional<String> after, int limit) {
        return await(catalog.list(new ListQuery(bucket, prefix, after, limit)));
    }

    private static List<String> names(FilePage page) {
        return page.files().stream().map(file -> file.name().value()).toList();
    }

    private static List<String> sortedByBytes() {
        return NAMES.stream()
                .sorted((left, right) -> Arrays.compareUnsigned(
                        left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }
}
