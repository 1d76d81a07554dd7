package dev.consigne.fault;

import static dev.consigne.job.FindingKind.ADOPTABLE;
import static dev.consigne.job.FindingKind.DAMAGED_CHUNKS;
import static dev.consigne.job.FindingKind.EXTRA_CHUNKS;
import static dev.consigne.job.FindingKind.GIVEN_UP;
import static dev.consigne.job.FindingKind.HEALED;
import static dev.consigne.job.FindingKind.MISCOUNTED;
import static dev.consigne.job.FindingKind.MISMATCHED_MANIFEST;
import static dev.consigne.job.FindingKind.MISSING_CHUNKS;
import static dev.consigne.job.FindingKind.MISSING_MANIFEST;
import static dev.consigne.job.FindingKind.ORPHAN;
import static dev.consigne.job.FindingKind.UNREFERENCED;
import static dev.consigne.job.FindingKind.WRONG_DIGEST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.Chunk;
import dev.consigne.file.ContentId;
import dev.consigne.file.ContentMeter;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Manifest;
import dev.consigne.file.MediaType;
import dev.consigne.file.Preconditions;
import dev.consigne.file.Slice;
import dev.consigne.file.UploadCommand;
import dev.consigne.job.Finding;
import dev.consigne.job.FindingKind;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.memory.Caller;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One damage of every kind is planted beside sound files; each check finds what it can see, and exactly that. */
@QuarkusTest
class PlantedDamageTest extends WithJobs {
    private final Map<String, ContentId> ids = new LinkedHashMap<>();

    @Test
    void findsExactlyWhatWasPlantedAndChangesNothing() {
        // Given
        plantEverything();
        Map<String, String> before = states();

        // When
        Map<String, List<FindingKind>> light = byName(run(JobName.FSCK, JobOrder.REPORT));
        Map<String, List<FindingKind>> deep = byName(run(JobName.FSCK, DEEP));

        // Then
        assertThat(light)
                .containsOnly(
                        Map.entry("missing-middle", List.of(MISSING_CHUNKS)),
                        Map.entry("missing-last", List.of(MISSING_CHUNKS)),
                        Map.entry("extra-chunk", List.of(EXTRA_CHUNKS)),
                        Map.entry("row-length", List.of(MISSING_CHUNKS, MISMATCHED_MANIFEST)),
                        Map.entry("row-sha", List.of(MISMATCHED_MANIFEST)),
                        Map.entry("no-manifest", List.of(MISSING_MANIFEST)),
                        Map.entry("other-manifest", List.of(MISMATCHED_MANIFEST)),
                        Map.entry("unreferenced", List.of(UNREFERENCED)),
                        Map.entry("counted-once-more", List.of(MISCOUNTED)),
                        Map.entry("counted-once-less", List.of(MISCOUNTED)),
                        Map.entry("given-up", List.of(GIVEN_UP)),
                        Map.entry("orphan", List.of(ORPHAN)),
                        Map.entry("adoptable", List.of(ADOPTABLE)));
        assertThat(deep)
                .containsOnly(
                        Map.entry("bit-flip", List.of(DAMAGED_CHUNKS)),
                        Map.entry("missing-middle", List.of(MISSING_CHUNKS)),
                        Map.entry("missing-last", List.of(MISSING_CHUNKS)),
                        Map.entry("extra-chunk", List.of(EXTRA_CHUNKS)),
                        Map.entry("swapped", List.of(WRONG_DIGEST)),
                        Map.entry("wrong-length", List.of(DAMAGED_CHUNKS)),
                        Map.entry("row-length", List.of(MISSING_CHUNKS, DAMAGED_CHUNKS, MISMATCHED_MANIFEST)),
                        Map.entry("row-sha", List.of(WRONG_DIGEST, MISMATCHED_MANIFEST)),
                        Map.entry("anothers-chunk", List.of(WRONG_DIGEST)),
                        Map.entry("no-manifest", List.of(MISSING_MANIFEST)),
                        Map.entry("other-manifest", List.of(MISMATCHED_MANIFEST)),
                        Map.entry("unreferenced", List.of(UNREFERENCED)),
                        Map.entry("counted-once-more", List.of(MISCOUNTED)),
                        Map.entry("counted-once-less", List.of(MISCOUNTED)),
                        Map.entry("given-up", List.of(GIVEN_UP)),
                        Map.entry("orphan", List.of(ORPHAN)),
                        Map.entry("adoptable", List.of(ADOPTABLE)));
        assertThat(states()).as("a report changes nothing").isEqualTo(before);
    }

    @Test
    void marksWhatIsLostAndMendsOnlyWhatNeedsNoGuess() {
        // Given
        plantEverything();

        // When
        run(JobName.FSCK, DEEP_REPAIR);
        Map<String, List<FindingKind>> after = byName(run(JobName.FSCK, DEEP));

        // Then
        List<String> damaged = List.of(
                "bit-flip",
                "missing-middle",
                "missing-last",
                "swapped",
                "wrong-length",
                "row-length",
                "row-sha",
                "anothers-chunk");
        assertThat(states())
                .allSatisfy((name, state) -> assertThat(state)
                        .as(name)
                        .isEqualTo(
                                damaged.contains(name)
                                        ? "DAMAGED"
                                        : switch (name) {
                                            case "orphan", "adoptable" -> "none";
                                            case "given-up" -> "TOMBSTONED";
                                            default -> "LIVE";
                                        }));
        assertThat(after.keySet())
                .as("mended: the manifests, the extra chunk and the count that was too low, no bytes")
                .containsExactlyInAnyOrderElementsOf(
                        with(damaged, "unreferenced", "counted-once-more", "given-up", "orphan", "adoptable"));
        damaged.forEach(this::assertNotServed);
        List.of("sound", "sound-empty", "sound-exact", "extra-chunk", "no-manifest", "other-manifest")
                .forEach(name -> assertThat(read(name)).as(name).isNotNull());
    }

    @Test
    void healsAContentWhoseChunkCameBack() {
        // Given
        FileRecord file = put("torn", bytes);
        Chunk gone = await(chunks.read(id("torn"), 1, 1)).get(0);
        stored.delete(id("torn").value(), 1);
        assertThat(kinds(run(JobName.CHECK, JobOrder.REPORT), id("torn"))).containsExactly(MISSING_CHUNKS);
        assertState(id("torn"), "DAMAGED");
        assertNotServed("torn");

        // When
        await(chunks.write(gone));

        // Then
        assertThat(kinds(run(JobName.SCRUB, JobOrder.REPORT), id("torn"))).containsExactly(HEALED);
        assertState(id("torn"), "LIVE");
        assertBytes("torn", bytes);
        assertThat(file.content().contentId()).isEqualTo(id("torn"));
    }

    @Test
    void saysNothingOfAContentThatWasDeletedMeanwhile() {
        put("short-lived", bytes);
        stored.delete(id("short-lived").value(), 1);
        await(files.delete(bucket, new FileName("short-lived")));

        assertThat(kinds(run(JobName.CHECK, JobOrder.REPORT), id("short-lived")))
                .isEmpty();
    }

    private void plantEverything() {
        put("sound", bytes);
        put("sound-empty", new byte[0]);
        put("sound-exact", Bytes.seeded(5, 2 * CHUNK));
        plantInChunks();
        plantInCatalog();
        plantInCounts();
        plantInManifests();
    }

    private void plantInChunks() {
        put("bit-flip", bytes);
        stored.flipBit(id("bit-flip").value(), 1);
        put("missing-middle", bytes);
        stored.delete(id("missing-middle").value(), 1);
        put("missing-last", bytes);
        stored.delete(id("missing-last").value(), 3);
        put("extra-chunk", bytes);
        stored.copy(id("sound").value(), 0, id("extra-chunk").value(), 4);
        put("swapped", bytes);
        stored.swap(id("swapped").value(), 0, 1);
        put("wrong-length", bytes);
        stored.shorten(id("wrong-length").value(), 0);
        put("anothers-chunk", Bytes.seeded(6, 3 * CHUNK));
        stored.copy(id("sound").value(), 0, id("anothers-chunk").value(), 0);
    }

    private void plantInCatalog() {
        put("row-length", bytes);
        rows.repair(
                "UPDATE content SET length = length + $2, chunk_count = chunk_count + 1, chunk_limit = chunk_limit + 1"
                        + " WHERE id = $1",
                id("row-length").value(),
                (long) CHUNK);
        put("row-sha", bytes);
        rows.repair(
                "UPDATE content SET sha256 = sha256(sha256) WHERE id = $1",
                id("row-sha").value());
        put("unreferenced", bytes);
        rows.repair("DELETE FROM file WHERE content_id = $1", id("unreferenced").value());
    }

    private void plantInCounts() {
        put("given-up", bytes);
        rows.repair(
                "UPDATE content SET state = 'TOMBSTONED', refs = 0, purge_after = 'infinity' WHERE id = $1",
                id("given-up").value());
        put("counted-once-more", bytes);
        rows.repair(
                "UPDATE content SET refs = refs + 1 WHERE id = $1",
                id("counted-once-more").value());
        FileRecord source = put("counted-once-less", bytes);
        await(files.copy(
                source.id(),
                Preconditions.NONE,
                seen -> new UploadCommand(
                        bucket, new FileName("its copy"), seen.mediaType(), OptionalLong.of(seen.length()))));
        rows.repair(
                "UPDATE content SET refs = refs - 1 WHERE id = $1",
                id("counted-once-less").value());
        put("sound-version", bytes);
        rows.repair("""
                WITH f AS (DELETE FROM file WHERE content_id = $1 RETURNING *)
                INSERT INTO file_version (file_id, generation, bucket_id, name, media_type, content_id, length, metageneration,
                                          metadata, tags, created_at, updated_at, changed_at, deleted)
                SELECT id, generation, bucket_id, name, media_type, content_id, length, metageneration, metadata, tags,
                       created_at, updated_at, changed_at, true FROM f
                """, id("sound-version").value());
    }

    private void plantInManifests() {
        put("no-manifest", bytes);
        deleteManifest(id("no-manifest"));
        put("other-manifest", bytes);
        await(chunks.seal(manifest(id("other-manifest"), "other-manifest", liveBytes)));
        ids.put("orphan", Samples.newContent());
        await(chunks.announce(id("orphan"), 4));
        ids.put("adoptable", Samples.newContent());
        Samples.chunks(id("adoptable"), bytes, CHUNK).forEach(chunk -> await(chunks.write(chunk)));
        await(chunks.seal(manifest(id("adoptable"), "adoptable", bytes)));
    }

    private Manifest manifest(ContentId id, String name, byte[] content) {
        ContentMeter meter = new ContentMeter(content.length);
        meter.pass(ByteBuffer.wrap(content));
        return new Manifest(meter.total(id, CHUNK), bucket, new FileName(name), new MediaType("text/plain"));
    }

    private FileRecord put(String name, byte[] content) {
        FileRecord file = await(store(name, content));
        ids.put(name, file.content().contentId());
        return file;
    }

    private ContentId id(String name) {
        return ids.get(name);
    }

    private void assertNotServed(String name) {
        assertFails(() -> read(name), ErrorCode.CONTENT_DAMAGED);
    }

    private byte[] read(String name) {
        FileRecord file = await(files.file(bucket, new FileName(name)));
        files.requireReadable(file);
        return Bytes.joined(await(files.content(Caller.UNKNOWN, file, new Slice(0, file.length()))
                .collect()
                .asList()));
    }

    private Map<String, String> states() {
        return ids.keySet().stream().collect(Collectors.toMap(name -> name, name -> rows.state(id(name))));
    }

    private Map<String, List<FindingKind>> byName(List<Finding> findings) {
        return ids.keySet().stream()
                .filter(name -> !kinds(findings, id(name)).isEmpty())
                .collect(Collectors.toMap(name -> name, name -> kinds(findings, id(name))));
    }

    private static List<String> with(List<String> list, String... more) {
        List<String> all = new ArrayList<>(list);
        all.addAll(List.of(more));
        return all;
    }
}
