package dev.consigne.job;

import dev.consigne.file.BucketName;
import dev.consigne.file.FileName;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Jobs and findings as they are told to people and programs, wherever that is: the members of JSON objects. */
public final class JobReport {
    private JobReport() {}

    /** A job's running or last run. */
    public static Map<String, Object> of(JobStatus status) {
        Map<String, Object> members = begin(status.name(), status.run(), status.order());
        members.put("state", status.state());
        put(members, "startedAt", status.startedAt().map(Instant::toString));
        put(members, "finishedAt", status.finishedAt().map(Instant::toString));
        members.put("examined", status.examined());
        members.put("found", status.found());
        members.put("changed", status.changed());
        members.put("bytes", status.bytes());
        put(members, "message", Optional.of(status.message()).filter(message -> !message.isEmpty()));
        return members;
    }

    /** A job that never ran. */
    public static Map<String, Object> never(JobName name) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("job", name.label());
        members.put("run", 0);
        members.put("state", "IDLE");
        return members;
    }

    /** A run that was just taken. */
    public static Map<String, Object> of(JobRun run) {
        Map<String, Object> members = begin(run.name(), run.run(), run.order());
        members.put("goesOn", run.goesOn());
        return members;
    }

    public static Map<String, Object> of(JobLog.Numbered numbered) {
        Finding finding = numbered.finding();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("number", numbered.number());
        members.put("kind", finding.kind().name());
        members.put("contentId", finding.contentId().toString());
        put(members, "bucket", finding.bucket().map(BucketName::value));
        put(members, "name", finding.name().map(FileName::value));
        members.put("detail", finding.detail());
        return members;
    }

    public static List<Map<String, Object>> of(List<JobLog.Numbered> findings) {
        return findings.stream().map(JobReport::of).toList();
    }

    private static Map<String, Object> begin(JobName name, long run, JobOrder order) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("job", name.label());
        members.put("run", run);
        members.put("mode", order.mode().name().toLowerCase(Locale.ROOT));
        members.put("deep", order.deep());
        return members;
    }

    private static void put(Map<String, Object> members, String name, Optional<String> value) {
        value.ifPresent(text -> members.put(name, text));
    }
}
