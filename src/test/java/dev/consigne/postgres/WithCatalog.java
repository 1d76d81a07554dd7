package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BeginOutcome;
import dev.consigne.file.BucketCatalog;
import dev.consigne.file.BucketName;
import dev.consigne.file.FileCatalog;
import dev.consigne.file.FileRecord;
import dev.consigne.file.PendingContent;
import dev.consigne.file.StoredContent;
import dev.consigne.file.UploadCommand;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.CatalogClock;
import dev.consigne.testing.CatalogRows;
import dev.consigne.testing.Samples;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The real catalog with a bucket of the test's own; contents exist in it without a byte in the other store. */
abstract class WithCatalog {
    static final Duration RETENTION = Duration.ofDays(8);
    static final int CHUNK = 64 * 1024;

    @Inject
    FileCatalog catalog;

    @Inject
    BucketCatalog buckets;

    @Inject
    Pool pool;

    final BucketName bucket = Samples.newBucket();
    CatalogRows rows;
    CatalogClock clock;

    @BeforeEach
    void makeBucket() {
        rows = new CatalogRows(pool);
        clock = new CatalogClock(pool);
        clock.restore();
        await(buckets.put(bucket, OptionalLong.empty()));
    }

    @AfterEach
    void restoreClock() {
        clock.restore();
    }

    PendingContent begin(String name) {
        return begin(Samples.upload(bucket, name));
    }

    PendingContent begin(UploadCommand command) {
        return begin(command, 1L << 40);
    }

    PendingContent begin(UploadCommand command, long serviceLimit) {
        return began(await(catalog.begin(command, Samples.newContent(), CHUNK, 16, serviceLimit)));
    }

    static PendingContent began(BeginOutcome outcome) {
        assertThat(outcome).isInstanceOf(BeginOutcome.Began.class);
        return ((BeginOutcome.Began) outcome).content();
    }

    /** A content of {@code length} bytes under the pending id. */
    static StoredContent content(PendingContent pending, int length) {
        return Samples.stored(pending.contentId(), Bytes.seeded(length, length), CHUNK);
    }

    Uni<FileRecord> publishing(PendingContent pending, String name) {
        UploadCommand command = Samples.upload(bucket, name);
        return catalog.publish(pending, content(pending, 100), command, Samples.newFile(), RETENTION);
    }

    FileRecord stored(String name) {
        return await(publishing(begin(name), name));
    }

    static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(30));
    }

    static void assertFails(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    void assertState(PendingContent pending, String state) {
        assertThat(rows.state(pending.contentId())).isEqualTo(state);
    }
}
