package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.Bucket;
import dev.consigne.file.BucketCatalog.Stored;
import dev.consigne.file.BucketName;
import dev.consigne.file.FileRecord;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class BucketCatalogTest extends WithCatalog {
    @Test
    void createsABucketOnce() {
        BucketName name = Samples.newBucket();

        Stored created = await(buckets.put(name, OptionalLong.of(7)));

        assertThat(created.created()).isTrue();
        assertThat(await(buckets.find(name))).contains(created.bucket());
        assertThat(await(buckets.put(name, OptionalLong.of(7))).created()).isFalse();
    }

    @Test
    void replacesTheSettingsOfABucket() {
        Bucket before = await(buckets.put(bucket, OptionalLong.of(7))).bucket();

        Bucket after = await(buckets.put(bucket, OptionalLong.empty())).bucket();

        assertThat(before.settings().maxFileBytes()).hasValue(7);
        assertThat(after.settings().maxFileBytes()).isEmpty();
        assertThat(after.createdAt()).isEqualTo(before.createdAt());
        assertThat(after.updatedAt()).isAfter(before.updatedAt());
        assertThat(await(buckets.find(bucket))).contains(after);
    }

    @Test
    void ofPutsAtOnceOneCreates() {
        BucketName name = Samples.newBucket();

        List<Stored> answers = await(Uni.join()
                .all(IntStream.range(0, 20)
                        .mapToObj(i -> buckets.put(name, OptionalLong.empty()))
                        .toList())
                .andFailFast());

        assertThat(answers).filteredOn(Stored::created).hasSize(1);
    }

    @Test
    void findsNoneByAnotherName() {
        assertThat(await(buckets.find(Samples.newBucket()))).isEmpty();
    }

    @Test
    void listsInTheOrderOfNamesAfterOne() {
        // Given names that a locale would sort differently
        String stem = Samples.newBucket().value();
        List<String> names = Stream.of("-a", ".b", "0", "a", "a-b", "a.b", "ab", "b")
                .map(end -> stem + end)
                .toList();
        names.forEach(name -> await(buckets.put(new BucketName(name), OptionalLong.empty())));

        // When
        List<String> listed = await(buckets.list(Optional.of(stem), 8)).stream()
                .map(found -> found.name().value())
                .toList();

        // Then
        assertThat(listed).containsExactlyElementsOf(names);
        assertThat(await(buckets.list(Optional.of(stem + "a"), 2)))
                .extracting(found -> found.name().value())
                .containsExactly(stem + "a-b", stem + "a.b");
        assertThat(await(buckets.list(Optional.empty(), 1))).hasSize(1);
    }

    @Test
    void deletesAnEmptyBucketOnce() {
        assertThat(await(buckets.delete(bucket))).isTrue();

        assertThat(await(buckets.delete(bucket))).isFalse();
        assertThat(await(buckets.find(bucket))).isEmpty();
    }

    @Test
    void keepsABucketWithFiles() {
        FileRecord file = stored("a");

        assertFails(() -> await(buckets.delete(bucket)), ErrorCode.BUCKET_NOT_EMPTY);

        assertThat(await(catalog.find(file.id()))).isPresent();
        await(catalog.delete(file, RETENTION));
        assertThat(await(buckets.delete(bucket)))
                .as("deleted files do not hold it")
                .isTrue();
    }
}
