package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.client.ApiClient;
import dev.consigne.client.ApiException;
import dev.consigne.client.api.BucketsApi;
import dev.consigne.client.api.ContentApi;
import dev.consigne.client.api.FilesApi;
import dev.consigne.client.model.BucketSettings;
import dev.consigne.client.model.FilePage;
import dev.consigne.client.model.FileRecord;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main stories through the client that openapi-generator makes of docs/openapi.yaml. */
@QuarkusTest
class GeneratedClientTest {
    private static final String BUCKET = "generated-client";

    @TestHTTPResource("/")
    URI root;

    @TempDir
    Path folder;

    private BucketsApi buckets;
    private ContentApi content;
    private FilesApi files;

    @BeforeEach
    void connect() throws ApiException {
        ApiClient client = new ApiClient();
        client.setBasePath(root.toString().replaceAll("/$", ""));
        buckets = new BucketsApi(client);
        content = new ContentApi(client);
        files = new FilesApi(client);
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

    private Path randomFile(int length) throws IOException {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return Files.write(folder.resolve("in.bin"), bytes);
    }
}
