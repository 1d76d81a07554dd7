package dev.consigne.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.Bucket;
import dev.consigne.file.BucketCatalog;
import dev.consigne.file.BucketName;
import dev.consigne.file.BucketSettings;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The service opens for the pair of stores that belong together, waits for those that are away, and refuses others. */
@Timeout(30)
class StoreGateTest {
    private static final UUID PAIR = UUID.fromString("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    private static final byte[] SECRET = {1, 2, 3};

    private final Mark mark = new Mark();
    private final MadeBuckets buckets = new MadeBuckets();
    private final AtomicBoolean exited = new AtomicBoolean();

    @Test
    void opensForStoresThatBelongTogether() throws Exception {
        mark.written.set(PAIR);

        StoreGate gate = started(catalog(true), Optional.empty());

        assertThat(gate.getAsBoolean()).isTrue();
        assertThat(gate.bytes()).isEqualTo(SECRET);
        assertThat(exited).isFalse();
    }

    @Test
    void pairsTwoNewStores() throws Exception {
        StoreGate gate = started(catalog(false), Optional.empty());

        assertThat(gate.getAsBoolean()).isTrue();
        assertThat(mark.written).hasValue(PAIR);
    }

    @Test
    void refusesAChunkStoreOfAnotherPair() throws Exception {
        UUID other = UUID.randomUUID();
        mark.written.set(other);

        StoreGate gate = started(catalog(false), Optional.of("demo"));

        assertRefused(gate);
        assertThat(mark.written).hasValue(other);
    }

    @Test
    void refusesAnEmptyChunkStoreForACatalogWithContents() throws Exception {
        StoreGate gate = started(catalog(true), Optional.of("demo"));

        assertRefused(gate);
        assertThat(mark.written).hasNullValue();
    }

    @Test
    void refusesWhenAnotherProcessPairedTheChunkStoreAtTheSameMoment() throws Exception {
        UUID other = UUID.randomUUID();
        mark.firstWriter = other;

        StoreGate gate = started(catalog(false), Optional.empty());

        assertRefused(gate);
        assertThat(mark.written).hasValue(other);
    }

    @Test
    void waitsForAStoreThatIsAway() throws Exception {
        // Given
        AtomicBoolean away = new AtomicBoolean(true);
        StoreIdentity.OfCatalog catalog = () -> away.get()
                ? Uni.createFrom().failure(new ServiceException(ErrorCode.STORE_UNAVAILABLE, "The catalog is away."))
                : catalog(false).read();

        // When
        StoreGate gate = gate(catalog, Optional.empty());
        gate.start(new StartupEvent());

        // Then
        assertThat(gate.getAsBoolean()).isFalse();
        assertThat(gate.opening().toCompletableFuture()).isNotDone();
        assertThat(gate.waitingFor()).contains("The catalog is away.");
        assertThat(exited).isFalse();
        away.set(false);
        Awaitility.await().until(gate::getAsBoolean);
        assertThat(gate.opening().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void givesItsSecretAwayAsACopy() throws Exception {
        StoreGate gate = started(catalog(false), Optional.empty());

        gate.bytes()[0] = 99;

        assertThat(gate.bytes()).isEqualTo(SECRET);
    }

    @Test
    void makesTheDemoBucketOnce() throws Exception {
        started(catalog(false), Optional.of("demo"));
        started(catalog(false), Optional.of("demo"));

        assertThat(buckets.puts).isEqualTo(1);
        assertThat(buckets.made).isEqualTo(new BucketName("demo"));
    }

    private void assertRefused(StoreGate gate) {
        assertThat(gate.getAsBoolean()).isFalse();
        assertThat(gate.opening().toCompletableFuture()).isCompletedExceptionally();
        assertThat(gate.bytes()).isEmpty();
        assertThat(exited).isTrue();
        assertThat(buckets.puts).as("nothing was changed").isZero();
    }

    private StoreGate started(StoreIdentity.OfCatalog catalog, Optional<String> demoBucket) throws Exception {
        StoreGate gate = gate(catalog, demoBucket);
        gate.start(new StartupEvent());
        return gate;
    }

    private StoreGate gate(StoreIdentity.OfCatalog catalog, Optional<String> demoBucket) {
        return new StoreGate(catalog, mark, new DemoBucket(buckets, demoBucket), () -> exited.set(true));
    }

    private static StoreIdentity.OfCatalog catalog(boolean hasContents) {
        return () -> Uni.createFrom().item(new StoreIdentity.Catalog(PAIR, hasContents, SECRET));
    }

    /** The chunk store's mark: the first writer wins, as with a unique id. */
    private static final class Mark implements StoreIdentity.OfChunks {
        final AtomicReference<@Nullable UUID> written = new AtomicReference<>();

        @Nullable
        UUID firstWriter;

        @Override
        public Uni<Optional<UUID>> read() {
            return Uni.createFrom().item(() -> Optional.ofNullable(written.get()));
        }

        @Override
        public Uni<Void> write(UUID storeId) {
            return Uni.createFrom().item(() -> {
                written.compareAndSet(null, firstWriter == null ? storeId : firstWriter);
                return null;
            });
        }
    }

    private static final class MadeBuckets implements BucketCatalog {
        int puts;

        @Nullable
        BucketName made;

        private static Bucket bucket(BucketName name) {
            return new Bucket(name, BucketSettings.DEFAULT, OptionalLong.empty(), Instant.EPOCH, Instant.EPOCH);
        }

        @Override
        public Uni<Stored> put(BucketName name, BucketSettings settings) {
            puts++;
            made = name;
            return Uni.createFrom().item(new Stored(bucket(name), true));
        }

        @Override
        public Uni<Optional<Bucket>> find(BucketName name) {
            return Uni.createFrom().item(Optional.ofNullable(made).map(MadeBuckets::bucket));
        }

        @Override
        public Uni<List<Bucket>> list(Optional<String> after, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Boolean> delete(BucketName name) {
            throw new UnsupportedOperationException();
        }
    }
}
