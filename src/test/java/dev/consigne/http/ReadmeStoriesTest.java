package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's stories, in its order, in a shell: every request it shows succeeds. Where there is no curl, they are not run. */
@QuarkusTest
class ReadmeStoriesTest {
    private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    private static final String HOST = "http://localhost:8080/api/v1/buckets/demo";
    private static final int PATIENCE_SECONDS = 60;

    /** A refusal ends the script; otherwise curl would print it and be content. */
    private static final String STRICT = "set -euo pipefail\ncurl() { command curl -sS --fail-with-body \"$@\"; }\n";

    @TestHTTPResource("/")
    URI service;

    @TempDir
    Path folder;

    @Test
    void everyRequestShownSucceeds() throws Exception {
        assumeTrue(run("command -v curl").exit() == 0, "there is no curl here");
        Files.copy(Path.of("LICENSE"), folder.resolve("LICENSE"));
        Files.copy(Path.of("README.md"), folder.resolve("README.md"));
        TestBucket bucket = TestBucket.create(service);
        String api = service + "api/v1";

        List<String> stories = stories(bucket.name(), api);
        Outcome outcome = run(STRICT + String.join("\n", stories));

        assertThat(stories).as("blocks of the README").hasSizeGreaterThanOrEqualTo(5);
        assertThat(outcome.exit()).as(outcome.output()).isZero();
        assertThat(bucket.names()).contains("order.txt", "2026/apollo.txt", "kept/twice.txt");
        assertThat(bucket.get("draft.txt").body()).isEqualTo(Files.readAllBytes(Path.of("LICENSE")));
        assertThat(bucket.list("?prefix=draft.txt")
                        .json()
                        .at("/files/0/generation")
                        .asLong())
                .isEqualTo(4);
    }

    private static List<String> stories(String bucket, String api) throws IOException {
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("README.md")));
        return blocks.results()
                .map(block -> block.group(1))
                .filter(block -> block.contains(HOST))
                .map(block -> block.replace("/buckets/demo", "/buckets/" + bucket)
                        .replace("http://localhost:8080/api/v1", api))
                .toList();
    }

    private Outcome run(String script) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "story", ".out");
        Process process = new ProcessBuilder("bash", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return new Outcome(process.waitFor(), Files.readString(output));
    }

    private record Outcome(int exit, String output) {}
}
