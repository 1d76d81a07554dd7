package dev.consigne.postgres;

import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileName;
import dev.consigne.job.Finding;
import dev.consigne.job.FindingKind;
import dev.consigne.job.JobEnd;
import dev.consigne.job.JobLog;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.job.JobRun;
import dev.consigne.job.JobStatus;
import dev.consigne.job.JobStep;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The jobs' rows. Whoever changes one names the run it holds; a run that was taken over finds no row. */
@ApplicationScoped
class PgJobLog implements JobLog {
    private final PgStore store;
    private final String owner;

    PgJobLog(PgStore store) {
        this.store = store;
        this.owner = Owner.ofThisProcess();
    }

    /**
     * A run that was left behind in the middle goes on; one that ended begins anew. The order of the one that goes on
     * stays what it was: a report does not turn into a repair half-way.
     */
    @Override
    public Uni<Optional<JobRun>> claim(JobName name, JobOrder order, Duration notWithin, Duration lease) {
        return store.transaction(connection -> execute(
                        connection,
                        "INSERT INTO job (name) VALUES ($1) ON CONFLICT (name) DO NOTHING",
                        Tuple.of(name.label()))
                .chain(() -> execute(
                        connection,
                        """
                        WITH old AS (SELECT name, state IN ('RUNNING', 'FAILED') AS goes_on FROM job
                                     WHERE name = $1
                                       AND (CASE WHEN state = 'RUNNING' THEN lease_until < catalog_now()
                                            ELSE state = 'FAILED' OR finished_at IS NULL OR $4 = 0
                                                 OR finished_at <= catalog_now() - make_interval(secs => $4) END)
                                     FOR UPDATE)
                        UPDATE job SET run = run + CASE WHEN goes_on THEN 0 ELSE 1 END, fence = fence + 1, state = 'RUNNING', stop = false, owner = $5, message = '',
                               lease_until = catalog_now() + make_interval(secs => $6), finished_at = NULL,
                               mode = CASE WHEN goes_on THEN mode ELSE $2 END,
                               deep = CASE WHEN goes_on THEN deep ELSE $3 END,
                               started_at = CASE WHEN goes_on THEN started_at ELSE catalog_now() END,
                               checkpoint = CASE WHEN goes_on THEN checkpoint ELSE '' END,
                               examined = CASE WHEN goes_on THEN examined ELSE 0 END,
                               found = CASE WHEN goes_on THEN found ELSE 0 END,
                               changed = CASE WHEN goes_on THEN changed ELSE 0 END,
                               bytes = CASE WHEN goes_on THEN bytes ELSE 0 END
                        FROM old WHERE job.name = old.name
                        RETURNING job.run, job.fence, job.mode, job.deep, job.checkpoint, job.examined
                        """,
                        Tuple.of(name.label(), order.mode().name(), order.deep(), seconds(notWithin), owner)
                                .addDouble(seconds(lease))))
                .map(claimed ->
                        PgStore.map(claimed, row -> run(name, row)).stream().findFirst()));
    }

    private static JobRun run(JobName name, Row row) {
        JobOrder order = new JobOrder(JobOrder.Mode.valueOf(row.getString("mode")), row.getBoolean("deep"));
        return new JobRun(
                name,
                row.getLong("run"),
                row.getLong("fence"),
                order,
                row.getString("checkpoint"),
                row.getLong("examined"));
    }

    @Override
    public Uni<Next> advance(JobRun run, JobStep step, Duration lease) {
        Tuple parameters = Tuple.of(run.name().label(), run.fence(), step.checkpoint(), step.examined());
        parameters.addLong(run.run());
        parameters.addInteger(step.findings().size()).addLong(step.changed()).addLong(step.bytes());
        parameters.addDouble(seconds(lease)).addValue(rows(step.findings()));
        return store.transaction(
                        connection -> forgetLastRun(connection, run).chain(() -> execute(connection, """
                        WITH mine AS (
                            UPDATE job SET checkpoint = $3, examined = examined + $4, found = found + $6,
                                   changed = changed + $7, bytes = bytes + $8,
                                   lease_until = catalog_now() + make_interval(secs => $9)
                            WHERE name = $1 AND fence = $2 AND state = 'RUNNING' RETURNING stop),
                             noted AS (
                            INSERT INTO finding (job, run, kind, content_id, bucket, name, detail)
                            SELECT $1, $5, f.kind, f.content_id, f.bucket, f.name, f.detail
                            FROM mine, jsonb_to_recordset($10::jsonb)
                                 AS f(kind text, content_id uuid, bucket text, name text, detail text)
                            ON CONFLICT (job, content_id, kind) DO UPDATE
                            SET run = excluded.run, detail = excluded.detail, found_at = excluded.found_at)
                        SELECT stop FROM mine
                        """, parameters)))
                .map(rows -> rows.size() == 0
                        ? Next.LOST
                        : rows.iterator().next().getBoolean("stop") ? Next.STOP : Next.GO_ON);
    }

    /** With the first step and not before it: a run that may not begin leaves the report that says why. */
    private static Uni<Void> forgetLastRun(SqlConnection connection, JobRun run) {
        if (!run.checkpoint().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return execute(connection, """
                        DELETE FROM finding WHERE job = $1
                        AND EXISTS (SELECT FROM job WHERE name = $1 AND fence = $2 AND state = 'RUNNING')
                        """, Tuple.of(run.name().label(), run.fence()))
                .replaceWithVoid();
    }

    private static JsonArray rows(List<Finding> findings) {
        JsonArray rows = new JsonArray();
        findings.forEach(finding -> rows.add(new JsonObject()
                .put("kind", finding.kind().name())
                .put("content_id", finding.contentId().toString())
                .put("bucket", finding.bucket().map(BucketName::value).orElse(null))
                .put("name", finding.name().map(FileName::value).orElse(null))
                .put("detail", finding.detail())));
        return rows;
    }

    @Override
    public Uni<Boolean> renew(JobRun run, Duration lease) {
        return store.query("""
                        UPDATE job SET lease_until = catalog_now() + make_interval(secs => $3)
                        WHERE name = $1 AND fence = $2 AND state = 'RUNNING'
                        """, Tuple.of(run.name().label(), run.fence(), seconds(lease)))
                .map(rows -> rows.rowCount() == 1);
    }

    @Override
    public Uni<Void> end(JobRun run, JobEnd end, String message) {
        return store.query("""
                        UPDATE job SET state = $3, message = $4, lease_until = NULL, finished_at = catalog_now()
                        WHERE name = $1 AND fence = $2 AND state = 'RUNNING'
                        """, Tuple.of(run.name().label(), run.fence(), end.name(), message))
                .replaceWithVoid();
    }

    @Override
    public Uni<Boolean> requestStop(JobName name) {
        return store.query("UPDATE job SET stop = true WHERE name = $1 AND state = 'RUNNING'", Tuple.of(name.label()))
                .map(rows -> rows.rowCount() == 1);
    }

    @Override
    public Uni<List<JobStatus>> statuses() {
        return store.query("""
                        SELECT name, run, CASE WHEN state = 'RUNNING' AND lease_until < catalog_now() THEN 'FAILED' ELSE state END
                                   AS state, mode, deep, examined, found, changed, bytes, started_at, finished_at, message
                        FROM job ORDER BY name
                        """, Tuple.tuple()).map(rows -> PgStore.map(rows, PgJobLog::status));
    }

    private static JobStatus status(Row row) {
        return new JobStatus(
                JobName.of(row.getString("name")).orElseThrow(),
                row.getLong("run"),
                row.getString("state"),
                new JobOrder(JobOrder.Mode.valueOf(row.getString("mode")), row.getBoolean("deep")),
                row.getLong("examined"),
                row.getLong("found"),
                row.getLong("changed"),
                row.getLong("bytes"),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                row.getString("message"));
    }

    private static Optional<Instant> instant(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column)).map(time -> time.toInstant());
    }

    @Override
    public Uni<List<Numbered>> findings(JobName name, long after, int limit) {
        return store.query("""
                        SELECT id, kind, content_id, bucket, name, detail FROM finding
                        WHERE job = $1 AND id > $2 ORDER BY id LIMIT $3
                        """, Tuple.of(name.label(), after, limit))
                .map(rows -> PgStore.map(rows, row -> new Numbered(row.getLong("id"), finding(row))));
    }

    private static Finding finding(Row row) {
        return new Finding(
                FindingKind.valueOf(row.getString("kind")),
                new ContentId(row.getUUID("content_id")),
                Optional.ofNullable(row.getString("bucket")).map(BucketName::new),
                Optional.ofNullable(row.getString("name")).map(FileName::new),
                row.getString("detail"));
    }

    private static Uni<RowSet<Row>> execute(SqlConnection connection, String sql, Tuple parameters) {
        return connection.preparedQuery(sql).execute(parameters);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
