package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.PendingContent;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Many callers at one name: one order of events, nothing lost, nobody waits for ever. */
@QuarkusTest
class ConcurrentCatalogTest extends WithCatalog {
    private static final int WRITERS = 50;

    @Test
    void fiftyPublishesOfOneNameBecomeFiftyGenerations() {
        // Given
        List<PendingContent> pending =
                IntStream.range(0, WRITERS).mapToObj(i -> begin("a")).toList();

        // When
        List<FileRecord> files =
                together(pending.stream().map(one -> publishing(one, "a")).toList());

        // Then
        assertThat(files)
                .extracting(FileRecord::generation)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, WRITERS).boxed().toList());
        assertThat(files).extracting(FileRecord::id).containsOnly(files.get(0).id());
        FileRecord current = await(catalog.find(bucket, new FileName("a"))).orElseThrow();
        assertThat(current.generation()).isEqualTo(WRITERS);
        assertThat(files)
                .allSatisfy(file -> assertThat(rows.state(file.content().contentId()))
                        .isEqualTo(file.content().equals(current.content()) ? "LIVE" : "TOMBSTONED"));
        assertThat(rows.count("SELECT count(*) FROM outbox WHERE payload->>'bucket' = $1", bucket.value()))
                .isEqualTo(WRITERS);
    }

    @Test
    void publishesOfManyNamesBecomeAFileEach() {
        List<FileRecord> files = together(IntStream.range(0, WRITERS)
                .mapToObj(i -> publishing(begin("n" + i), "n" + i))
                .toList());

        assertThat(files).extracting(FileRecord::generation).containsOnly(1L);
        assertThat(files).extracting(FileRecord::id).doesNotHaveDuplicates();
    }

    @RepeatedTest(5)
    void ofDeletesAtOnceOneRemovesTheFile() {
        FileRecord file = stored("a");

        List<Boolean> answers = together(Collections.nCopies(10, catalog.delete(file, RETENTION)));

        assertThat(Collections.frequency(answers, true)).isOne();
        assertThat(rows.events(file.content().contentId())).containsExactly("file.stored", "file.deleted");
    }

    /** Each delete removes the generation it saw or none; each publish lands before or after it. */
    @RepeatedTest(5)
    void publishesAndDeletesOfOneNameMixInSomeOrder() {
        // Given
        FileRecord first = stored("a");
        List<PendingContent> pending =
                IntStream.range(0, 10).mapToObj(i -> begin("a")).toList();
        List<Uni<Boolean>> work = new ArrayList<>();
        for (PendingContent one : pending) {
            work.add(publishing(one, "a").replaceWith(true));
            work.add(catalog.find(bucket, new FileName("a"))
                    .chain(found -> found.map(file -> catalog.delete(file, RETENTION))
                            .orElseGet(() -> Uni.createFrom().item(false))));
        }

        // When
        together(work);

        // Then
        Optional<FileRecord> current = await(catalog.find(bucket, new FileName("a")));
        long live = pending.stream()
                .filter(one -> rows.state(one.contentId()).equals("LIVE"))
                .count();
        assertThat(live).isEqualTo(current.isPresent() ? 1 : 0);
        assertThat(pending)
                .allSatisfy(one -> assertThat(rows.state(one.contentId())).isIn("LIVE", "TOMBSTONED"));
        assertThat(rows.state(first.content().contentId())).isEqualTo("TOMBSTONED");
    }

    /** The row's lock decides: exactly one of the two wins. */
    @RepeatedTest(20)
    void ofPublishAndAbandonExactlyOneWins() {
        // Given
        PendingContent pending = begin("a");
        Uni<Boolean> publish = publishing(pending, "a")
                .replaceWith(true)
                .onFailure(failure ->
                        failure instanceof ServiceException service && service.code() == ErrorCode.UPLOAD_LOST)
                .recoverWithItem(false);

        // When
        List<Boolean> answers =
                together(List.of(publish, catalog.abandon(pending).replaceWith(true)));

        // Then
        boolean published = answers.get(0);
        assertState(pending, published ? "LIVE" : "ABORTING");
        assertThat(await(catalog.find(bucket, new FileName("a"))).isPresent()).isEqualTo(published);
    }

    /** The bucket has the file or is gone; never both, and never a failure that tells nothing. */
    @RepeatedTest(40)
    void ofPublishAndDeleteOfTheBucketExactlyOneWins() {
        // Given
        PendingContent pending = begin("a");
        Uni<Boolean> publish = publishing(pending, "a")
                .replaceWith(true)
                .onFailure(failure ->
                        failure instanceof ServiceException service && service.code() == ErrorCode.BUCKET_NOT_FOUND)
                .recoverWithItem(false);
        Uni<Boolean> delete = buckets.delete(bucket)
                .onFailure(failure ->
                        failure instanceof ServiceException service && service.code() == ErrorCode.BUCKET_NOT_EMPTY)
                .recoverWithItem(false);

        // When
        List<Boolean> answers = together(List.of(publish, delete));

        // Then
        assertThat(answers).containsExactlyInAnyOrder(true, false);
        assertThat(await(buckets.find(bucket)).isPresent()).isEqualTo(answers.get(0));
        assertState(pending, answers.get(0) ? "LIVE" : "PENDING");
    }

    private static <T> List<T> together(List<Uni<T>> work) {
        return await(Uni.join().all(work).andFailFast());
    }
}
