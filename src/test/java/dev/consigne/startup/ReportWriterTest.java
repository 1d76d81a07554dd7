package dev.consigne.startup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileName;
import dev.consigne.job.Finding;
import dev.consigne.job.FindingKind;
import dev.consigne.job.JobLog;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.job.JobStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The report of a job: one JSON document, read a page at a time. */
class ReportWriterTest {
    private static final ContentId CONTENT = new ContentId(UUID.randomUUID());
    private static final JobStatus STATUS = new JobStatus(
            JobName.FSCK,
            7,
            "DONE",
            JobOrder.REPORT,
            10,
            0,
            0,
            0,
            Optional.of(Instant.parse("2026-01-02T03:04:05Z")),
            Optional.of(Instant.parse("2026-01-02T03:04:06Z")),
            "");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long read;
    private int largest;

    @Test
    void tellsOfARunWithoutFindings() throws IOException {
        assertThat(write(List.of())).isTrue();

        assertThat(document()).isEqualTo(new ObjectMapper().readTree("""
                                        {"job": "fsck", "run": 7, "mode": "report", "deep": false, "state": "DONE",
                                         "startedAt": "2026-01-02T03:04:05Z", "finishedAt": "2026-01-02T03:04:06Z",
                                         "examined": 10, "found": 0, "changed": 0, "bytes": 0,
                                         "findings": [], "sound": true}
                                        """));
        assertThat(out.toString(java.nio.charset.StandardCharsets.UTF_8)).endsWith("}\n");
    }

    @Test
    void writesEveryFindingWithoutEverHoldingMoreThanAPage() throws IOException {
        List<JobLog.Numbered> findings = LongStream.rangeClosed(1, 1201)
                .mapToObj(number -> new JobLog.Numbered(number * 3, finding(FindingKind.EXTRA_CHUNKS)))
                .toList();

        assertThat(write(findings)).isFalse();

        assertThat(document().path("findings")).hasSize(1201);
        assertThat(document().path("findings").findValuesAsText("number")).doesNotHaveDuplicates();
        assertThat(largest).isLessThanOrEqualTo(500);
        JsonNode last = document().path("findings").get(1200);
        assertThat(last.path("kind").asText()).isEqualTo("EXTRA_CHUNKS");
        assertThat(last.path("contentId").asText()).isEqualTo(CONTENT.toString());
        assertThat(last.path("bucket").asText()).isEqualTo("letters");
        assertThat(last.path("name").asText()).isEqualTo("é \"1\".pdf");
        assertThat(last.path("detail").asText()).isEqualTo("what exactly");
    }

    @ParameterizedTest
    @EnumSource(FindingKind.class)
    void isSoundWithWhatIsRightAgainOrMissedByNobody(FindingKind kind) throws IOException {
        boolean harmless = List.of(FindingKind.HEALED, FindingKind.ADOPTED, FindingKind.SUSPECT)
                .contains(kind);

        assertThat(write(List.of(new JobLog.Numbered(1, finding(kind))))).isEqualTo(harmless);
        assertThat(document().path("sound").asBoolean()).isEqualTo(harmless);
    }

    @Test
    void oneWrongThingAmongHarmlessOnesIsWrong() throws IOException {
        List<JobLog.Numbered> findings = List.of(
                new JobLog.Numbered(1, finding(FindingKind.MISSING_CHUNKS)),
                new JobLog.Numbered(2, finding(FindingKind.SUSPECT)));

        assertThat(write(findings)).isFalse();
    }

    private boolean write(List<JobLog.Numbered> findings) throws IOException {
        try (ReportWriter report = new ReportWriter(out)) {
            return report.run(STATUS, (after, limit) -> {
                List<JobLog.Numbered> page = findings.stream()
                        .filter(finding -> finding.number() > after)
                        .limit(limit)
                        .toList();
                assertThat(after).isGreaterThanOrEqualTo(read);
                read = after;
                largest = Math.max(largest, page.size());
                return page;
            });
        }
    }

    private JsonNode document() throws IOException {
        return new ObjectMapper().readTree(out.toByteArray());
    }

    private static Finding finding(FindingKind kind) {
        return new Finding(
                kind,
                CONTENT,
                Optional.of(new BucketName("letters")),
                Optional.of(new FileName("é \"1\".pdf")),
                "what exactly");
    }
}
