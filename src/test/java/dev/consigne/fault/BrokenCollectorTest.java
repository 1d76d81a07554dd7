package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.ContentId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.ProtocolStep;
import dev.consigne.file.Slice;
import dev.consigne.memory.Caller;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replaced and deleted content goes after its retention, whatever happens to the collector on the way. */
@QuarkusTest
class BrokenCollectorTest extends WithStores {
    private static final Duration CLAIM_LAPSED = Duration.ofMinutes(11);

    /** So that the collector meets this test's garbage first. */
    @BeforeEach
    void removeOldGarbage() {
        collect(Duration.ofDays(60));
        clock.restore();
    }

    @ParameterizedTest
    @EnumSource(names = {"CLAIMED", "CHUNKS_REMOVED", "FORGOTTEN"})
    void goesOnWhereItFailed(ProtocolStep step) {
        // Given
        ContentId contentId = deleted();
        CompletableFuture<ContentId> reached = probe.failAt(step);

        // When
        collect(RETENTION_OVER);

        // Then
        assertThat(reached(reached)).isEqualTo(contentId);
        assertState(contentId, "PURGING");
        probe.reset();
        assertGoesOn(contentId);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLAIMED", "CHUNKS_REMOVED", "FORGOTTEN"})
    void anotherGoesOnWhereItDied(ProtocolStep step) {
        // Given
        ContentId contentId = deleted();
        CompletableFuture<ContentId> reached = probe.dieAt(step);
        clock.ahead(RETENTION_OVER);

        // When
        Cancellable dying = collector.step().subscribe().with(done -> {}, reached::completeExceptionally);
        assertThat(reached(reached)).isEqualTo(contentId);
        dying.cancel();

        // Then
        probe.reset();
        assertState(contentId, "PURGING");
        assertGoesOn(contentId);
    }

    private void assertGoesOn(ContentId contentId) {
        collect(RETENTION_OVER);
        assertState(contentId, "PURGING");
        collect(RETENTION_OVER.plus(CLAIM_LAPSED));
        assertState(contentId, "PURGED");
        assertRemoved(contentId);
    }

    @Test
    void keepsDeletedContentForItsRetention() {
        ContentId contentId = deleted();

        collect(Duration.ofDays(8).minusMinutes(1));

        assertState(contentId, "TOMBSTONED");
        assertChunks(contentId, 4);
        collect(RETENTION_OVER);
        assertState(contentId, "PURGED");
        assertRemoved(contentId);
    }

    @Test
    void letsAReadThatIsOpenGoOnAfterAReplacement() {
        // Given
        FileRecord old = await(store("file", bytes));
        await(store("file", liveBytes));
        collect(Duration.ofDays(7));

        // When
        List<ByteBuffer> read = await(files.content(Caller.UNKNOWN, old, new Slice(0, old.length()))
                .collect()
                .asList());

        // Then
        assertThat(Bytes.joined(read)).isEqualTo(bytes);
        assertBytes("file", liveBytes);
    }

    @Test
    void removesTheReplacedAndKeepsTheCurrent() {
        ContentId replaced = await(store("file", bytes)).content().contentId();
        ContentId current = await(store("file", liveBytes)).content().contentId();

        collect(RETENTION_OVER);

        assertState(replaced, "PURGED");
        assertRemoved(replaced);
        assertState(current, "LIVE");
        assertBytes("file", liveBytes);
    }

    @Test
    void sweepsAChunkThatLandedAfterThePurge() {
        // Given
        ContentId contentId = deleted();
        collect(RETENTION_OVER);
        await(chunks.write(Samples.chunks(contentId, bytes, CHUNK).get(1)));
        await(chunks.announce(contentId, 5));

        // When
        collect(RETENTION_OVER.plus(LAST_SWEEP_DUE));

        // Then
        assertRemoved(contentId);
        assertState(contentId, "none");
    }

    @Test
    void removesEveryChunkOfAContentWithManyBatches() {
        // Given 130 chunks: three deletes
        byte[] many = Bytes.seeded(5, 129 * CHUNK + 1);
        ContentId contentId = await(store("many", many)).content().contentId();
        await(files.delete(bucket, new FileName("many")));

        // When
        collect(RETENTION_OVER);

        // Then
        assertThat(await(chunks.read(contentId, 0, 64))).isEmpty();
        assertThat(await(chunks.read(contentId, 64, 66))).isEmpty();
    }

    @Test
    void twoAtOnceDoTheWorkOnce() {
        ContentId contentId = deleted();
        clock.ahead(RETENTION_OVER);

        await(Uni.join()
                .all(collector.step(), collector.step(), collector.step())
                .andFailFast());

        assertState(contentId, "PURGED");
        assertRemoved(contentId);
    }

    private ContentId deleted() {
        FileRecord file = await(store("gone", bytes));
        await(files.delete(file.id()));
        assertAbsent("gone");
        return file.content().contentId();
    }
}
