package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.memory.Caller;
import dev.consigne.memory.MemoryBudget;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.InMemoryChunkStore;
import dev.consigne.testing.InMemoryChunkStore.Call;
import dev.consigne.testing.Recording;
import dev.consigne.testing.RenewingCatalog;
import dev.consigne.testing.Samples;
import dev.consigne.testing.Settings;
import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reading through the service: chunks in order are not enough, the whole must be what was stored. */
class ContentReadTest {
    private static final int CHUNK = 8;

    private final InMemoryChunkStore chunks = new InMemoryChunkStore();
    private final RenewingCatalog catalog = new RenewingCatalog();
    private final EndedTransfers meters = new EndedTransfers();
    private final byte[] bytes = Bytes.seeded(41, 4 * CHUNK);
    private final StoredContent content = Samples.stored(Samples.newContent(), bytes, CHUNK);
    private final MemoryBudget budget = Samples.budget();
    private final FileService files = new FileService(
            catalog,
            chunks,
            Settings.read(FileConfig.class, Map.of("consigne.file.read-window", "1")),
            new Ids(Clock.systemUTC(), new SecureRandom()),
            Ticker.SYSTEM,
            meters,
            ProtocolProbe.NOOP,
            budget);

    ContentReadTest() {
        Samples.chunks(content.contentId(), bytes, CHUNK).forEach(chunks::put);
    }

    @Test
    void deliversTheWholeAndCountsIt() {
        Recording<ByteBuffer> read = read(new Slice(0, bytes.length));

        assertThat(Bytes.joined(read.items())).isEqualTo(bytes);
        assertThat(meters.ended).containsExactly("OK 32");
    }

    @Test
    void keepsTheLastBufferBackIfTheWholeFailsItsDigest() {
        // Given two whole chunks in each other's place: each of them passes its own checksum
        Chunk first = chunks.remove(content.contentId(), 0);
        Chunk second = chunks.remove(content.contentId(), 1);
        chunks.put(Chunk.of(content.contentId(), 1, first.data()));
        chunks.put(Chunk.of(content.contentId(), 0, second.data()));

        // When
        Recording<ByteBuffer> read = read(new Slice(0, bytes.length));

        // Then
        assertDamaged(read);
        assertThat(read.items()).hasSize(3);
        assertThat(catalog.findings()).containsExactly("the whole fails its checksum");
        assertThat(meters.integrityFailures).isEqualTo(1);
        assertThat(meters.ended).containsExactly("FAILED 24");
    }

    @Test
    void marksTheContentWhenAChunkIsMissing() {
        chunks.remove(content.contentId(), 2);

        assertDamaged(read(new Slice(0, 20)));

        assertThat(catalog.findings()).containsExactly("chunk 2 is missing");
    }

    @Test
    void reportsDamageOfAPartToo() {
        chunks.remove(content.contentId(), 2);

        assertDamaged(read(new Slice(17, 2)));

        assertThat(catalog.findings()).hasSize(1);
    }

    @Test
    void countsNoIntegrityFailureIfTheContentWasRemovedMeanwhile() {
        chunks.remove(content.contentId(), 0);
        catalog.answer(Uni.createFrom().item(false));

        assertDamaged(read(new Slice(0, bytes.length)));

        assertThat(meters.integrityFailures).isZero();
    }

    @Test
    void tellsTheDamageEvenIfTheCatalogCannotBeTold() {
        chunks.remove(content.contentId(), 0);
        catalog.answer(Uni.createFrom().failure(new ServiceException(ErrorCode.STORE_UNAVAILABLE, "away")));

        assertDamaged(read(new Slice(0, bytes.length)));
    }

    @Test
    void isNotDamageWhenTheStoreIsAway() {
        ServiceException away = new ServiceException(ErrorCode.STORE_UNAVAILABLE, "away");
        chunks.before(Call.READ, () -> Uni.createFrom().failure(away));

        Recording<ByteBuffer> read = read(new Slice(0, bytes.length));

        assertThat(read.failure()).containsSame(away);
        assertThat(catalog.findings()).isEmpty();
    }

    @Test
    void countsACancelledDownload() {
        Recording<ByteBuffer> read =
                Recording.of(files.content(Caller.UNKNOWN, file(false), new Slice(0, bytes.length)), 2);

        read.cancel();

        assertThat(Bytes.joined(read.items())).isEqualTo(Arrays.copyOf(bytes, 2 * CHUNK));
        assertThat(meters.ended).containsExactly("CANCELLED 16");
    }

    /** Whoever has not asked for more may still hold the last of it. */
    @Test
    void keepsItsMemoryUntilTheLastBufferWasTaken() {
        // Given
        Recording<ByteBuffer> read =
                Recording.of(files.content(Caller.UNKNOWN, file(false), new Slice(0, bytes.length)), 4);
        assertThat(Bytes.joined(read.items())).isEqualTo(bytes);
        assertThat(meters.ended).containsExactly("OK 32");
        assertThat(budget.lent()).isZero();
        assertThat(budget.reserved()).isPositive();

        // When
        read.request(1);

        // Then
        assertThat(read.completed()).isTrue();
        assertThat(budget.reserved()).isZero();
    }

    @Test
    void givesItsMemoryBackHoweverItEnds() {
        Recording.of(files.content(Caller.UNKNOWN, file(false), new Slice(0, bytes.length)), 4)
                .cancel();
        assertThat(budget.reserved()).isZero();
        assertThat(read(new Slice(0, 0)).completed()).isTrue();
        assertThat(budget.reserved()).isZero();
        chunks.remove(content.contentId(), 3);
        assertDamaged(read(new Slice(0, bytes.length)));
        assertThat(budget.reserved()).isZero();
        assertThat(budget.lent()).isZero();
    }

    @Test
    void canBeReadAgainFromTheStart() {
        var whole = files.content(Caller.UNKNOWN, file(false), new Slice(0, bytes.length));

        Recording.of(whole, Long.MAX_VALUE);
        Recording<ByteBuffer> again = Recording.of(whole, Long.MAX_VALUE);

        assertThat(Bytes.joined(again.items())).isEqualTo(bytes);
    }

    @Test
    void refusesAFileKnownToBeDamaged() {
        files.requireReadable(file(false));

        assertThatThrownBy(() -> files.requireReadable(file(true)))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.CONTENT_DAMAGED));
    }

    private Recording<ByteBuffer> read(Slice slice) {
        return Recording.of(files.content(Caller.UNKNOWN, file(false), slice), Long.MAX_VALUE)
                .awaitEnd(Duration.ofSeconds(5));
    }

    private FileRecord file(boolean damaged) {
        return new FileRecord(
                Samples.newFile(),
                new BucketName("abc"),
                new FileName("f"),
                1,
                1,
                new Labels(MediaType.OCTET_STREAM, Metadata.NONE, Tags.NONE),
                content,
                damaged,
                false,
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    private static void assertDamaged(Recording<ByteBuffer> read) {
        assertThat(read.failure())
                .hasValueSatisfying(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                ServiceException.class,
                                service -> assertThat(service.code()).isEqualTo(ErrorCode.CONTENT_DAMAGED)));
    }

    private static final class EndedTransfers implements FileMeters {
        final List<String> ended = new ArrayList<>();
        int integrityFailures;

        @Override
        public void downloadEnded(Result result, Duration took, long bytes) {
            ended.add(result + " " + bytes);
        }

        @Override
        public void integrityFailure() {
            integrityFailures++;
        }
    }
}
