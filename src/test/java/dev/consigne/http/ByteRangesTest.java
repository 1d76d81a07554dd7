package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.BucketName;
import dev.consigne.file.Chunk;
import dev.consigne.file.FileConfig;
import dev.consigne.file.FileMeters;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileService;
import dev.consigne.file.Ids;
import dev.consigne.file.Labels;
import dev.consigne.file.MediaType;
import dev.consigne.file.Metadata;
import dev.consigne.file.ProtocolProbe;
import dev.consigne.file.Slice;
import dev.consigne.file.StoredContent;
import dev.consigne.file.Tags;
import dev.consigne.file.Ticker;
import dev.consigne.memory.Caller;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.InMemoryChunkStore;
import dev.consigne.testing.InMemoryChunkStore.Call;
import dev.consigne.testing.Recording;
import dev.consigne.testing.RenewingCatalog;
import dev.consigne.testing.Samples;
import dev.consigne.testing.Settings;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Several ranges as one body. */
class ByteRangesTest {
    private static final int CHUNK = 8;
    private static final byte[] BYTES = Bytes.seeded(7, 9 * CHUNK + 3);
    private static final StoredContent CONTENT = Samples.stored(Samples.newContent(), BYTES, CHUNK);
    private static final FileRecord FILE = new FileRecord(
            Samples.newFile(),
            new BucketName("abc"),
            new FileName("f"),
            1,
            1,
            new Labels(MediaType.OCTET_STREAM, Metadata.NONE, Tags.NONE),
            CONTENT,
            false,
            false,
            Instant.EPOCH,
            Instant.EPOCH,
            Instant.EPOCH);

    private final InMemoryChunkStore chunks = new InMemoryChunkStore();
    private final FileService files = new FileService(
            new RenewingCatalog(),
            chunks,
            Settings.read(FileConfig.class, Map.of("consigne.file.read-window", "1")),
            new Ids(Clock.systemUTC(), new SecureRandom()),
            Ticker.SYSTEM,
            FileMeters.NOOP,
            ProtocolProbe.NOOP,
            Samples.budget());

    ByteRangesTest() {
        for (Chunk chunk : Samples.chunks(CONTENT.contentId(), BYTES, CHUNK)) {
            chunks.put(chunk);
        }
    }

    @Property(tries = 300)
    void areAsLongAsTheySayAndNoChunkIsReadBesideTheirs(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 9 * CHUNK + 2) Integer> offsets,
            @ForAll @Size(min = 8, max = 8) List<@IntRange(min = 1, max = 3 * CHUNK) Integer> lengths) {
        int before = chunks.calls(Call.READ);
        List<Slice> slices = slices(offsets, lengths);
        ByteRanges ranges = new ByteRanges(FILE, slices);

        Recording<ByteBuffer> sent =
                Recording.of(ranges.body(Caller.UNKNOWN, files), Long.MAX_VALUE).awaitEnd(Duration.ofSeconds(5));

        assertThat(sent.completed()).isTrue();
        assertThat((long) Bytes.joined(sent.items()).length).isEqualTo(ranges.length());
        assertThat(chunks.calls(Call.READ) - before)
                .isEqualTo(slices.stream().mapToInt(ByteRangesTest::chunksOf).sum());
    }

    @Test
    void areReadAsTheyAreTaken() {
        ByteRanges ranges = new ByteRanges(FILE, List.of(new Slice(0, 1), new Slice(40, 1), new Slice(60, 1)));
        Recording<ByteBuffer> sent = Recording.of(ranges.body(Caller.UNKNOWN, files), 0);
        assertThat(chunks.calls(Call.READ)).isZero();

        sent.request(1);
        assertThat(sent.items()).hasSize(1);
        assertThat(chunks.calls(Call.READ)).isEqualTo(1);

        sent.request(1);
        assertThat(sent.items()).hasSize(2);
        assertThat(chunks.calls(Call.READ)).isEqualTo(2);

        sent.cancel();
        assertThat(chunks.calls(Call.READ)).isEqualTo(2);
    }

    @Test
    void areNotBegunWhenTheFirstOfThemCannotBeRead() {
        chunks.remove(CONTENT.contentId(), 0);
        ByteRanges ranges = new ByteRanges(FILE, List.of(new Slice(0, 1), new Slice(40, 1)));

        Recording<ByteBuffer> sent =
                Recording.of(ranges.body(Caller.UNKNOWN, files), Long.MAX_VALUE).awaitEnd(Duration.ofSeconds(5));

        assertThat(sent.failure()).isPresent();
        assertThat(sent.items()).isEmpty();
    }

    @Test
    void areDividedByWhatNobodyCanGuess() {
        List<Slice> slices = List.of(new Slice(0, 1), new Slice(40, 1));

        assertThat(new ByteRanges(FILE, slices).contentType()).isNotEqualTo(new ByteRanges(FILE, slices).contentType());
    }

    private static List<Slice> slices(List<Integer> offsets, List<Integer> lengths) {
        return IntStream.range(0, offsets.size())
                .mapToObj(i -> new Slice(offsets.get(i), Math.min(lengths.get(i), BYTES.length - offsets.get(i))))
                .toList();
    }

    private static int chunksOf(Slice slice) {
        return (int) ((slice.end() - 1) / CHUNK - slice.offset() / CHUNK + 1);
    }
}
