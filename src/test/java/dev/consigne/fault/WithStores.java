package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketCatalog;
import dev.consigne.file.BucketName;
import dev.consigne.file.ChunkStore;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileService;
import dev.consigne.file.Slice;
import dev.consigne.job.Collector;
import dev.consigne.memory.Caller;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.CatalogClock;
import dev.consigne.testing.CatalogRows;
import dev.consigne.testing.Samples;
import dev.consigne.testing.StepProbe;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The whole service on its real stores, with a live file that every fault must leave alone. */
abstract class WithStores {
    static final int CHUNK = 64 * 1024;
    static final Duration LEASE_LAPSED = Duration.ofMinutes(11);
    static final Duration QUARANTINE_OVER = Duration.ofMinutes(6);
    static final Duration RETENTION_OVER = Duration.ofDays(8).plusMinutes(1);
    static final Duration LAST_SWEEP_DUE = Duration.ofHours(24).plusMinutes(11);
    private static final int MAX_STEPS = 500;

    @Inject
    FileService files;

    @Inject
    BucketCatalog buckets;

    @Inject
    ChunkStore chunks;

    @Inject
    Collector collector;

    @Inject
    StepProbe probe;

    @Inject
    Pool pool;

    final BucketName bucket = Samples.newBucket();
    final byte[] liveBytes = Bytes.seeded(71, 2 * CHUNK + 5);
    final byte[] bytes = Bytes.seeded(72, 3 * CHUNK + 7);
    CatalogRows rows;
    CatalogClock clock;
    FileRecord live;

    @BeforeEach
    void storeALiveFile() {
        rows = new CatalogRows(pool);
        clock = new CatalogClock(pool);
        clock.restore();
        probe.reset();
        await(buckets.put(bucket, OptionalLong.empty()));
        live = await(store("live", liveBytes));
    }

    @AfterEach
    void theLiveFileIsThereAndWhole() {
        probe.reset();
        clock.restore();
        assertBytes("live", liveBytes);
    }

    Uni<FileRecord> store(String name, byte[] content) {
        return files.store(Caller.UNKNOWN, Samples.upload(bucket, name), Bytes.body(content, 10_000));
    }

    /** The content that came to the step, which must happen soon. */
    static ContentId reached(CompletableFuture<ContentId> step) {
        return await(Uni.createFrom().completionStage(step));
    }

    /** Runs the collector with its clock ahead until it finds nothing to do. */
    void collect(Duration ahead) {
        clock.ahead(ahead);
        int steps = 0;
        while (await(collector.step())) {
            assertThat(++steps).as("steps").isLessThan(MAX_STEPS);
        }
    }

    void assertBytes(String name, byte[] expected) {
        FileRecord file = await(files.file(bucket, new FileName(name)));
        byte[] found = Bytes.joined(await(files.content(Caller.UNKNOWN, file, new Slice(0, file.length()))
                .collect()
                .asList()));
        assertThat(Bytes.sha256(found)).isEqualTo(Bytes.sha256(expected));
    }

    void assertAbsent(String name) {
        assertFails(() -> await(files.file(bucket, new FileName(name))), ErrorCode.FILE_NOT_FOUND);
    }

    void assertState(ContentId contentId, String state) {
        assertThat(rows.state(contentId)).isEqualTo(state);
    }

    /** Not a chunk below 64 is left, and no manifest. */
    void assertRemoved(ContentId contentId) {
        assertThat(await(chunks.read(contentId, 0, 64))).isEmpty();
        assertThat(await(chunks.manifest(contentId))).isEmpty();
    }

    void assertChunks(ContentId contentId, int count) {
        assertThat(await(chunks.read(contentId, 0, 64))).hasSize(count);
    }

    static void assertFails(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(30));
    }
}
