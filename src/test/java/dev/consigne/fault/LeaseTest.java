package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileConfig;
import dev.consigne.file.FileMeters;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileService;
import dev.consigne.file.Ids;
import dev.consigne.file.ProtocolStep;
import dev.consigne.memory.Caller;
import dev.consigne.postgres.WiredCatalog;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.HandTicker;
import dev.consigne.testing.Samples;
import dev.consigne.testing.StoreAddresses;
import dev.consigne.testing.TcpProxy;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An upload that stands still, on a wire to PostgreSQL that may be away meanwhile (F2). */
@QuarkusTest
class LeaseTest extends WithStores {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Inject
    Vertx vertx;

    @Inject
    FileConfig config;

    @Inject
    Ids ids;

    private final HandTicker ticker = new HandTicker();
    private final AtomicInteger renewals = new AtomicInteger();
    private final CompletableFuture<Void> goOn = new CompletableFuture<>();
    private TcpProxy wire;
    private Pool wired;
    private ContentId contentId;
    private CompletableFuture<FileRecord> upload;

    /** All chunks are written, and nothing happens before the test says so. */
    @BeforeEach
    void beginAnUpload() throws IOException {
        wire = new TcpProxy(
                StoreAddresses.postgres().getHost(), StoreAddresses.postgres().getPort());
        wired = StoreAddresses.pool(vertx, wire.port(), 4);
        FileMeters meters = new FileMeters() {
            @Override
            public void leaseRenewed(boolean kept) {
                renewals.incrementAndGet();
            }
        };
        FileService service = new FileService(
                WiredCatalog.over(wired, "3s"), chunks, config, ids, ticker, meters, probe, Samples.budget());
        CompletableFuture<ContentId> reached =
                probe.at(ProtocolStep.CHUNKS_WRITTEN, Uni.createFrom().completionStage(goOn));
        upload = service.store(Caller.UNKNOWN, Samples.upload(bucket, "new"), Bytes.body(bytes, 10_000))
                .subscribeAsCompletionStage();
        contentId = reached(reached);
    }

    @AfterEach
    void close() throws IOException {
        await(wired.close());
        wire.close();
        assertThat(ticker.waiting()).as("alarms").isZero();
    }

    @Test
    void keepsItsLeaseForHoursThoughNothingMoves() {
        for (int beat = 1; beat <= 3; beat++) {
            clock.ahead(Duration.ofMinutes(9L * beat));
            passABeat();
            collect(Duration.ofMinutes(9L * beat + 1));
            assertState(contentId, "PENDING");
        }

        goOn.complete(null);

        await(Uni.createFrom().completionStage(upload));
        assertBytes("new", bytes);
    }

    @Test
    void stopsWhenPostgresIsAwayForHalfOfTheLease() {
        // Given
        wire.down();

        // When
        ticker.pass(config.lease().dividedBy(2));

        // Then
        assertFails(() -> await(Uni.createFrom().completionStage(upload)), ErrorCode.STORE_UNAVAILABLE);
        assertAbsent("new");
        collect(LEASE_LAPSED.plus(QUARANTINE_OVER));
        collect(LEASE_LAPSED.plus(QUARANTINE_OVER).plus(QUARANTINE_OVER));
        assertState(contentId, "PURGED");
        assertRemoved(contentId);
    }

    @Test
    void goesOnWhenPostgresComesBackInTime() {
        // Given
        OffsetDateTime before = leaseUntil();
        wire.down();
        ticker.pass(config.heartbeat());
        Awaitility.await().atMost(SOON).until(() -> ticker.waiting() == 1);
        assertThat(renewals).hasValue(0);
        wire.up();

        // When
        passABeat();

        // Then
        assertThat(leaseUntil()).isAfter(before);
        goOn.complete(null);
        await(Uni.createFrom().completionStage(upload));
        assertBytes("new", bytes);
    }

    private void passABeat() {
        int before = renewals.get();
        ticker.pass(config.heartbeat());
        Awaitility.await().atMost(SOON).until(() -> renewals.get() > before && ticker.waiting() == 1);
    }

    private OffsetDateTime leaseUntil() {
        return rows.content(contentId).orElseThrow().getOffsetDateTime("lease_until");
    }
}
