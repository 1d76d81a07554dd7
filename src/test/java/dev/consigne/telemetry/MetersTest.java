package dev.consigne.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.FileMeters.Commit;
import dev.consigne.file.FileMeters.Direction;
import dev.consigne.file.FileMeters.Limit;
import dev.consigne.file.FileMeters.Result;
import dev.consigne.job.JobName;
import dev.consigne.job.StoreMeters.Store;
import dev.consigne.memory.Caller;
import dev.consigne.memory.MemoryBudget;
import dev.consigne.memory.Reservation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The names and labels that dashboards and alerts are built on. */
class MetersTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TransferMeters transfers = new TransferMeters(registry);
    private final GarbageMeters garbage = new GarbageMeters(registry);

    @Test
    void countTransfersWhileTheyRun() {
        transfers.uploadBegan();
        transfers.uploadBegan();
        transfers.uploadEnded(Result.OK, SECOND, 10);
        transfers.downloadBegan();

        assertThat(gauge("consigne.uploads.active")).isEqualTo(1);
        assertThat(gauge("consigne.downloads.active")).isEqualTo(1);
        transfers.downloadEnded(Result.CANCELLED, SECOND, 7);
        assertThat(gauge("consigne.downloads.active")).isZero();
    }

    @Test
    void countBytesOfFailedTransfersToo() {
        transfers.uploadEnded(Result.OK, SECOND, 10);
        transfers.uploadEnded(Result.FAILED, SECOND, 5);
        transfers.downloadEnded(Result.CANCELLED, SECOND, 7);

        assertThat(counter("consigne.upload")).isEqualTo(15);
        assertThat(counter("consigne.download")).isEqualTo(7);
    }

    @Test
    void timeByResult() {
        for (Result result : Result.values()) {
            transfers.uploadEnded(result, SECOND, 1);
            transfers.downloadEnded(result, SECOND, 1);
        }
        for (Commit result : Commit.values()) {
            transfers.committed(result, SECOND);
        }

        for (String result : new String[] {"ok", "failed", "cancelled"}) {
            assertThat(seconds("consigne.upload.duration", result)).isEqualTo(1);
            assertThat(seconds("consigne.download.duration", result)).isEqualTo(1);
        }
        for (String result : new String[] {"ok", "lost", "unknown", "failed"}) {
            assertThat(seconds("consigne.commit.duration", result)).isEqualTo(1);
        }
    }

    @Test
    void countLeasesChunksAndDamage() {
        transfers.leaseRenewed(true);
        transfers.leaseRenewed(true);
        transfers.leaseRenewed(false);
        transfers.chunkWritten(SECOND);
        transfers.chunksRead(SECOND);
        transfers.downloadAnswered(SECOND);
        transfers.integrityFailure();
        transfers.committedLocally();
        transfers.replayed();
        transfers.quotaExceeded();
        transfers.cutOff(Direction.DOWNLOAD, Limit.IDLE);

        assertThat(counter("consigne.lease.renewals", "result", "ok")).isEqualTo(2);
        assertThat(counter("consigne.lease.renewals", "result", "lost")).isEqualTo(1);
        assertThat(registry.get("consigne.chunk.write.duration").timer().count())
                .isEqualTo(1);
        assertThat(registry.get("consigne.chunk.read.duration").timer().count()).isEqualTo(1);
        assertThat(registry.get("consigne.download.first.byte").timer().count()).isEqualTo(1);
        assertThat(counter("consigne.integrity.failures", "where", "read")).isEqualTo(1);
        assertThat(counter("consigne.commit.local.only")).isEqualTo(1);
        assertThat(counter("consigne.idempotency.replays")).isEqualTo(1);
        assertThat(counter("consigne.quota.rejections")).isEqualTo(1);
        assertThat(counter("consigne.clients.cut.off", "direction", "download", "limit", "idle"))
                .isEqualTo(1);
    }

    @Test
    void showTheMemoryOfTransfers() {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        new MemoryMeters(budget).bindTo(registry);
        Reservation held = budget.reserve(Caller.UNKNOWN, 1000);
        assertThat(held.tryBorrow(lendable(budget))).isTrue();
        Cancellable place = held.borrow(lendable(budget), loan -> {});

        assertThat(gauge("consigne.memory.budget")).isEqualTo(1 << 20);
        assertThat(gauge("consigne.memory.reserved")).isEqualTo(1000);
        assertThat(gauge("consigne.memory.lent")).isEqualTo(lendable(budget));
        assertThat(gauge("consigne.transfers.waiting")).isEqualTo(1);
        place.cancel();
        assertThat(gauge("consigne.transfers.waiting")).isZero();
    }

    @Test
    void countTransfersThatWereRefused() {
        transfers.refused(ErrorCode.OVERLOADED);
        transfers.refused(ErrorCode.TOO_MANY_TRANSFERS);
        transfers.refused(ErrorCode.TOO_MANY_TRANSFERS);

        assertThat(counter("consigne.transfers.refused", "reason", "overloaded"))
                .isEqualTo(1);
        assertThat(counter("consigne.transfers.refused", "reason", "too-many-transfers"))
                .isEqualTo(2);
    }

    @Test
    void countWhatTheCollectorDid() {
        garbage.aborted();
        garbage.suspected();
        garbage.purged(12);
        garbage.purged(0);
        garbage.failed();

        assertThat(counter("consigne.gc.aborted")).isEqualTo(1);
        assertThat(counter("consigne.gc.suspected")).isEqualTo(1);
        assertThat(counter("consigne.gc.deleted.contents")).isEqualTo(2);
        assertThat(counter("consigne.gc.deleted.chunks")).isEqualTo(12);
        assertThat(counter("consigne.gc.errors")).isEqualTo(1);
    }

    @Test
    void showTheStoresAsTheyWereLastSeen() {
        StoreGauges stores = new StoreGauges(registry);
        assertThat(registry.get("consigne.store.up")
                        .tag("store", "mongodb")
                        .gauge()
                        .value())
                .isNaN();

        stores.answered(Store.POSTGRESQL, true);
        stores.answered(Store.MONGODB, false);
        stores.clockSkew(Duration.ofMillis(1500));
        stores.removalOverdue(SECOND);
        stores.notDoneSince(JobName.SCRUB, SECOND);

        assertThat(registry.get("consigne.store.up")
                        .tag("store", "postgresql")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("consigne.store.up")
                        .tag("store", "mongodb")
                        .gauge()
                        .value())
                .isZero();
        assertThat(gauge("consigne.clock.skew")).isEqualTo(1.5);
        assertThat(gauge("consigne.gc.overdue")).isEqualTo(1);
        assertThat(registry.get("consigne.job.age")
                        .tag("job_name", "scrub")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    @Test
    void areThereBeforeAnythingHappens() {
        new JobCounters(registry);
        assertThat(counter("consigne.job.findings", "job_name", "check", "kind", "missing_chunks"))
                .isZero();
        assertThat(counter("consigne.job.runs", "job_name", "orphans", "result", "held"))
                .isZero();
        assertThat(counter("consigne.lease.renewals", "result", "lost")).isZero();
        assertThat(counter("consigne.transfers.refused", "reason", "overloaded"))
                .isZero();
        assertThat(seconds("consigne.commit.duration", "unknown")).isZero();
        assertThat(counter("consigne.integrity.failures")).isZero();
        assertThat(counter("consigne.commit.local.only")).isZero();
        assertThat(counter("consigne.gc.errors")).isZero();
        assertThat(gauge("consigne.uploads.active")).isZero();
    }

    private static long lendable(MemoryBudget budget) {
        return budget.bytes() / 4;
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double counter(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    private double seconds(String name, String result) {
        return registry.get(name).tag("result", result).timer().totalTime(TimeUnit.SECONDS);
    }
}
