package dev.consigne.artefact;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.consigne.embedded.StorePair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The built artefact run with arguments, to its end.
 *
 * @param out standard output, nothing of it left out
 * @param log standard error
 */
record JobRunProcess(int exit, String out, String log) {
    private static final List<String> JVM = List.of("-Xmx128m");
    private static final int END_SECONDS = 120;

    static JobRunProcess run(StorePair stores, Map<String, String> settings, String... arguments) throws Exception {
        Path out = Files.createTempFile("job", ".out");
        Path log = Files.createTempFile("job", ".log");
        try {
            ProcessBuilder builder = ServiceProcess.builder(stores, JVM, settings);
            builder.command().addAll(List.of(arguments));
            Process process = builder.redirectOutput(out.toFile())
                    .redirectError(log.toFile())
                    .start();
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("still running: " + Files.readString(log, UTF_8));
            }
            return new JobRunProcess(process.exitValue(), Files.readString(out, UTF_8), Files.readString(log, UTF_8));
        } finally {
            Files.delete(out);
            Files.delete(log);
        }
    }

    /** Standard output as the one JSON document it must be. */
    JsonNode report() throws IOException {
        return new ObjectMapper()
                .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .readTree(out);
    }
}
