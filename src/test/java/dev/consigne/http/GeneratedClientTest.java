package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.client.ApiClient;
import dev.consigne.client.ApiException;
import dev.consigne.client.ApiResponse;
import dev.consigne.client.api.BucketsApi;
import dev.consigne.client.api.BulkApi;
import dev.consigne.client.api.ContentApi;
import dev.consigne.client.api.FilesApi;
import dev.consigne.client.model.BucketSettings;
import dev.consigne.client.model.BulkChange;
import dev.consigne.client.model.BulkChange.OperationEnum;
import dev.consigne.client.model.BulkTarget;
import dev.consigne.client.model.BulkTask;
import dev.consigne.client.model.BulkTask.StateEnum;
import dev.consigne.client.model.FileCopy;
import dev.consigne.client.model.FileMove;
import dev.consigne.client.model.FilePage;
import dev.consigne.client.model.FilePatch;
import dev.consigne.client.model.FileRecord;
import dev.consigne.client.model.FileVersion;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.job.JobRunner;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main stories through the client that openapi-generator makes of docs/openapi.yaml. */
@QuarkusTest
class GeneratedClientTest {
    private static final String BUCKET = "generated-client";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TestHTTPResource("/")
    URI root;

    @Inject
    JobRunner runner;

    @TempDir
    Path folder;

    private BucketsApi buckets;
    private ContentApi content;
    private FilesApi files;
    private BulkApi bulk;

    @BeforeEach
    void connect() throws ApiException {
        ApiClient client = new ApiClient();
        client.setBasePath(root.toString().replaceAll("/$", ""));
        buckets = new BucketsApi(client);
        content = new ContentApi(client);
        files = new FilesApi(client);
        bulk = new BulkApi(client);
        buckets.putBucket(BUCKET, new BucketSettings()).execute();
    }

    @Test
    void storesAndFetchesAFileUnderANameWithSlashSpaceAndAccent() throws Exception {
        // Given
        Path file = randomFile(200_000);

        // When
        FileRecord stored = content.putContent(BUCKET, "2026/Bericht é 1.pdf", file.toFile())
                .execute();

        // Then
        assertThat(stored.getName()).isEqualTo("2026/Bericht é 1.pdf");
        assertThat(stored.getLength()).isEqualTo(200_000);
        File fetched = content.getContent(BUCKET, "2026/Bericht é 1.pdf").execute();
        assertThat(fetched).hasSameBinaryContentAs(file.toFile());
        assertThat(files.getFileContent(stored.getId()).execute()).hasSameBinaryContentAs(file.toFile());
    }

    @Test
    void listsPageByPageAndDeletes() throws Exception {
        // Given
        Path file = randomFile(10);
        for (String name : new String[] {"list/a", "list/b", "list/c"}) {
            content.putContent(BUCKET, name, file.toFile()).execute();
        }

        // When
        FilePage first = files.listFiles(BUCKET).limit(2).prefix("list/").execute();
        FilePage second = files.listFiles(BUCKET)
                .cursor(first.getNextCursor())
                .limit(2)
                .prefix("list/")
                .execute();

        // Then
        assertThat(first.getFiles()).extracting(FileRecord::getName).containsExactly("list/a", "list/b");
        assertThat(second.getFiles()).extracting(FileRecord::getName).containsExactly("list/c");
        assertThat(second.getNextCursor()).isNull();
        files.deleteFile(second.getFiles().get(0).getId()).execute();
        content.deleteContent(BUCKET, "list/b").execute();
        assertThat(files.listFiles(BUCKET).prefix("list/").execute().getFiles())
                .extracting(FileRecord::getName)
                .containsExactly("list/a");
    }

    @Test
    void readsARange() throws Exception {
        // Given
        Path file = randomFile(1000);
        content.putContent(BUCKET, "range", file.toFile()).execute();

        // When
        File part = content.getContent(BUCKET, "range").range("bytes=10-19").execute();

        // Then
        assertThat(Files.readAllBytes(part.toPath())).isEqualTo(Arrays.copyOfRange(Files.readAllBytes(file), 10, 20));
    }

    @Test
    void tellsTheCodeOfAProblem() {
        assertThatThrownBy(() -> files.getFile(UUID.randomUUID()).execute())
                .isInstanceOfSatisfying(ApiException.class, failure -> {
                    assertThat(failure.getCode()).isEqualTo(404);
                    assertThat(failure.getResponseBody()).contains("\"code\":\"file-not-found\"");
                });
    }

    @Test
    void findsFilesByAFilterOnAllPages() throws Exception {
        // Given
        Path file = randomFile(10);
        for (String name : List.of("found/a", "found/b", "found/c", "found/d", "found/e")) {
            content.putContent(BUCKET, name, file.toFile())
                    .consigneTags(name.equals("found/c") ? "project=gemini" : "project=apollo")
                    .execute();
        }

        // When
        List<String> found = new ArrayList<>();
        int pages = 0;
        String cursor = null;
        do {
            FilePage page = files.listFiles(BUCKET)
                    .filter("startsWith(name, \"found/\") and tags.project = \"apollo\"")
                    .sort("-name")
                    .limit(2)
                    .cursor(cursor)
                    .execute();
            page.getFiles().forEach(record -> found.add(record.getName()));
            cursor = page.getNextCursor();
            pages++;
        } while (cursor != null && pages < 5);

        // Then
        assertThat(found).containsExactly("found/e", "found/d", "found/b", "found/a");
        assertThat(pages).isEqualTo(2);
    }

    @Test
    void changesWhatIsSaidOnlyIfNobodyElseDid() throws Exception {
        // Given
        UUID id = content.putContent(BUCKET, "patched", randomFile(10).toFile())
                .execute()
                .getId();
        String seen = etag(files.getFile(id).executeWithHttpInfo());

        // When
        FilePatch review = new FilePatch().metadata(Map.of("reviewed", true)).putTagsItem("status", "final");
        FileRecord changed = files.patchFile(id, review).ifMatch(seen).execute();

        // Then
        assertThat(changed.getTags()).containsEntry("status", "final");
        assertThat(changed.getMetadata()).isEqualTo(Map.of("reviewed", true));
        assertThat(changed.getMetageneration()).isEqualTo(2);
        assertThatThrownBy(() -> files.patchFile(id, new FilePatch().mediaType("text/plain"))
                        .ifMatch(seen)
                        .execute())
                .isInstanceOfSatisfying(
                        ApiException.class,
                        failure -> assertThat(failure.getCode()).isEqualTo(412));
    }

    @Test
    void copiesAndMoves() throws Exception {
        // Given
        Path file = randomFile(1000);
        FileRecord source = content.putContent(BUCKET, "source", file.toFile())
                .consigneTags("project=apollo")
                .execute();

        // When
        FileRecord copy = files.copyFile(source.getId(), new FileCopy().name("copy " + UUID.randomUUID()))
                .execute();
        FileRecord moved = files.moveFile(copy.getId(), new FileMove().name("moved " + copy.getId()))
                .execute();

        // Then
        assertThat(copy.getSha256()).isEqualTo(source.getSha256());
        assertThat(moved.getId()).isEqualTo(copy.getId()).isNotEqualTo(source.getId());
        assertThat(moved.getTags()).containsOnly(Map.entry("project", "apollo"));
        assertThat(content.getContent(BUCKET, moved.getName()).execute()).hasSameBinaryContentAs(file.toFile());
        assertThatThrownBy(() -> files.moveFile(moved.getId(), new FileMove().name("source"))
                        .execute())
                .isInstanceOfSatisfying(
                        ApiException.class,
                        failure -> assertThat(failure.getResponseBody()).contains("\"code\":\"name-taken\""));
    }

    @Test
    void changesAFolderInTheBackground() throws Exception {
        // Given
        String folder = "bulk-" + UUID.randomUUID() + "/";
        for (String name : List.of("a", "b", "c")) {
            content.putContent(BUCKET, folder + "old/" + name, randomFile(10).toFile())
                    .execute();
        }
        BulkChange rename = new BulkChange()
                .operation(OperationEnum.MOVE)
                .prefix(folder + "old/")
                .to(new BulkTarget().prefix(folder + "new/"));

        // When
        BulkTask begun = bulk.bulkFiles(BUCKET, rename).idempotencyKey(folder).execute();
        BulkTask again = bulk.bulkFiles(BUCKET, rename).idempotencyKey(folder).execute();
        BulkTask ended = ended(begun.getId());

        // Then
        assertThat(again.getId()).isEqualTo(begun.getId());
        assertThat(ended.getState()).isEqualTo(StateEnum.DONE);
        assertThat(ended.getDone()).isEqualTo(3);
        assertThat(ended.getFailed()).isZero();
        assertThat(ended.getFinishedAt()).isNotNull();
        assertThat(files.listFiles(BUCKET).prefix(folder).execute().getFiles())
                .extracting(FileRecord::getName)
                .containsExactly(folder + "new/a", folder + "new/b", folder + "new/c");
    }

    @Test
    void bringsBackWhatWasReplacedAndDeleted() throws Exception {
        // Given
        String kept = "kept-" + UUID.randomUUID();
        buckets.putBucket(kept, new BucketSettings().versioning(true)).execute();
        Path first = randomFile(100);
        byte[] firstBytes = Files.readAllBytes(first);
        UUID id = content.putContent(kept, "file", first.toFile()).execute().getId();
        content.putContent(kept, "file", randomFile(200).toFile()).execute();

        // When
        List<FileVersion> versions = files.listFileVersions(id).execute().getVersions();
        File before = files.getFileVersionContent(1L, id).execute();
        FileRecord restored = files.restoreFileVersion(1L, id).execute();
        files.deleteFile(id).execute();
        FileRecord undeleted = files.restoreFile(id).execute();

        // Then
        assertThat(versions)
                .extracting(version -> version.getFile().getGeneration())
                .containsExactly(2L, 1L);
        assertThat(versions).extracting(FileVersion::getCurrent).containsExactly(true, false);
        assertThat(Files.readAllBytes(before.toPath())).isEqualTo(firstBytes);
        assertThat(restored.getGeneration()).isEqualTo(3);
        assertThat(undeleted.getGeneration()).isEqualTo(4);
        assertThat(Files.readAllBytes(content.getContent(kept, "file").execute().toPath()))
                .isEqualTo(firstBytes);
    }

    /** Carries the task out: in tests no job runs by itself. */
    private BulkTask ended(UUID id) throws ApiException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        BulkTask task = bulk.getBulkTask(id).execute();
        while (task.getState() == StateEnum.PENDING) {
            assertThat(System.nanoTime()).as("%s", task).isLessThan(deadline);
            var unused = runner.run(JobName.BULK, JobOrder.REPAIR, Duration.ZERO)
                    .await()
                    .atMost(PATIENCE);
            task = bulk.getBulkTask(id).execute();
        }
        return task;
    }

    private static String etag(ApiResponse<?> response) {
        return response.getHeaders().get("etag").get(0);
    }

    private Path randomFile(int length) throws IOException {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return Files.write(folder.resolve("in.bin"), bytes);
    }
}
