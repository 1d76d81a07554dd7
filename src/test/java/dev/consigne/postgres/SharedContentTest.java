package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.ContentId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.MediaType;
import dev.consigne.file.UploadCommand;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** A content is kept as long as one file has it, and given up with the last, whoever comes first. */
@QuarkusTest
class SharedContentTest extends WithCatalog {
    private static final long MAX = 1L << 40;

    @Test
    void isKeptUntilTheLastFileGivesItUp() {
        // Given
        FileRecord first = stored("a");
        ContentId content = first.content().contentId();
        FileRecord second = await(copying(first, "b")).orElseThrow();
        FileRecord third = await(copying(second, "c")).orElseThrow();

        // When
        await(catalog.delete(first, RETENTION));
        await(catalog.delete(third, RETENTION));

        // Then
        assertThat(rows.state(content)).isEqualTo("LIVE");
        assertThat(refs(content)).isEqualTo(1);
        await(catalog.delete(second, RETENTION));
        assertThat(rows.state(content)).isEqualTo("TOMBSTONED");
        assertThat(refs(content)).isZero();
        assertThat(await(copying(first, "d"))).as("what no file has any more").isEmpty();
        assertThat(await(catalog.find(bucket, new FileName("d")))).isEmpty();
    }

    @Test
    void isGivenUpByAFileThatGetsAnother() {
        FileRecord first = stored("a");
        await(copying(first, "b"));

        await(publishing(begin("b"), "b"));
        assertThat(rows.state(first.content().contentId())).isEqualTo("LIVE");
        await(publishing(begin("a"), "a"));

        assertThat(rows.state(first.content().contentId())).isEqualTo("TOMBSTONED");
    }

    @Test
    void isNotGivenUpByACopyOntoAFileThatHasIt() {
        FileRecord first = stored("a");
        await(copying(first, "b"));

        await(copying(first, "b"));

        assertThat(refs(first.content().contentId())).isEqualTo(2);
    }

    /** The row's lock decides: either there is a copy and the content is kept, or there is none and it is given up. */
    @RepeatedTest(20)
    void ofACopyAndTheLastDeleteOneComesFirst() {
        FileRecord file = stored("a");

        together(List.of(copying(file, "b").replaceWith(true), catalog.delete(file, RETENTION)));

        boolean copied = await(catalog.find(bucket, new FileName("b"))).isPresent();
        assertThat(rows.state(file.content().contentId())).isEqualTo(copied ? "LIVE" : "TOMBSTONED");
        assertFits();
    }

    /** Copies, moves, replacements and deletes of a few names at once: what every file has is kept, and nothing else is. */
    @RepeatedTest(5)
    void nothingIsLostOrLeftByManyAtOnce() {
        // Given
        Random random = new Random(7);
        List<String> names = List.of("a", "b", "c", "d");
        stored("a");
        stored("b");
        List<Uni<Boolean>> work = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String from = names.get(random.nextInt(names.size()));
            String to = names.get(random.nextInt(names.size()));
            Uni<Optional<FileRecord>> look = catalog.find(bucket, new FileName(from));
            work.add((switch (i % 4) {
                        case 0, 1 ->
                            look.chain(found -> found.filter(file -> !from.equals(to))
                                    .map(file -> copying(file, to).replaceWith(true))
                                    .orElseGet(() -> Uni.createFrom().item(false)));
                        case 2 ->
                            look.chain(found -> found.map(file -> catalog.delete(file, RETENTION))
                                    .orElseGet(() -> Uni.createFrom().item(false)));
                        default ->
                            look.chain(found -> found.map(file -> catalog.move(file, bucket, new FileName("m" + from))
                                            .replaceWith(true))
                                    .orElseGet(
                                            () -> publishing(begin(from), from).replaceWith(true)));
                    })
                    .onFailure()
                    .recoverWithItem(
                            false)); // a name was taken, or the row fought for too often: then nothing happened
        }

        // When
        List<Boolean> done = together(work);

        // Then
        assertThat(done).contains(true);
        assertFits();
    }

    private static <T> List<T> together(List<Uni<T>> work) {
        return await(Uni.join().all(work).andFailFast());
    }

    /** For every content of this bucket's files, and every one that was ever theirs. */
    private void assertFits() {
        assertThat(rows.count("""
                        SELECT count(*) FROM content c WHERE c.bucket_id = (SELECT id FROM bucket WHERE name = $1)
                          AND c.committed_at IS NOT NULL
                          AND (c.refs <> (SELECT count(*) FROM file f WHERE f.content_id = c.id)
                               OR (c.state = 'LIVE') <> (c.refs > 0))
                        """, bucket.value())).isZero();
    }

    private long refs(ContentId content) {
        return rows.count("SELECT refs::bigint FROM content WHERE id = $1", content.value());
    }

    private Uni<Optional<FileRecord>> copying(FileRecord source, String name) {
        UploadCommand target =
                new UploadCommand(bucket, new FileName(name), MediaType.OCTET_STREAM, OptionalLong.of(source.length()));
        return Uni.createFrom()
                .deferred(() -> catalog.copy(source, target, Samples.newContent(), Samples.newFile(), RETENTION, MAX));
    }
}
