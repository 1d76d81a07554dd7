package dev.consigne.startup;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.consigne.job.JobLog;
import dev.consigne.job.JobReport;
import dev.consigne.job.JobStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes what came of a job as one JSON document, its findings a page at a time. */
final class ReportWriter implements AutoCloseable {
    private static final int PAGE = 500;

    private final JsonGenerator json;

    ReportWriter(OutputStream out) throws IOException {
        this.json = new ObjectMapper().createGenerator(out, JsonEncoding.UTF8).useDefaultPrettyPrinter();
    }

    /** Where findings come from. */
    @FunctionalInterface
    interface Findings {
        List<JobLog.Numbered> after(long number, int limit);
    }

    /**
     * The job, its findings, and {@code sound}.
     *
     * @return {@code sound}: whether nothing was found that is wrong
     */
    boolean run(JobStatus status, Findings findings) throws IOException {
        json.writeStartObject();
        members(JobReport.of(status));
        json.writeArrayFieldStart("findings");
        boolean sound = true;
        List<JobLog.Numbered> page = findings.after(0, PAGE);
        while (!page.isEmpty()) {
            for (JobLog.Numbered numbered : page) {
                json.writePOJO(JobReport.of(numbered));
                sound &= !numbered.finding().kind().wrong();
            }
            page = findings.after(page.get(page.size() - 1).number(), PAGE);
        }
        json.writeEndArray();
        json.writeBooleanField("sound", sound);
        json.writeEndObject();
        return sound;
    }

    void released(Optional<String> held, long mark) throws IOException {
        json.writeStartObject();
        json.writeBooleanField("released", true);
        if (held.isPresent()) {
            json.writeStringField("wasHeld", held.get());
        }
        json.writeNumberField("mark", mark);
        json.writeEndObject();
    }

    private void members(Map<String, Object> members) throws IOException {
        for (Map.Entry<String, Object> member : members.entrySet()) {
            json.writePOJOField(member.getKey(), member.getValue());
        }
    }

    /** Ends the line and lets everything out. */
    @Override
    public void close() throws IOException {
        json.writeRaw('\n');
        json.close();
    }
}
