package dev.consigne.postgres;

import dev.consigne.bulk.BulkCatalog;
import dev.consigne.bulk.BulkChange;
import dev.consigne.bulk.BulkFailure;
import dev.consigne.bulk.BulkId;
import dev.consigne.bulk.BulkOrder;
import dev.consigne.bulk.BulkTask;
import dev.consigne.bulk.Selection;
import dev.consigne.file.BucketName;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.Preconditions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** The bulk tasks' rows. */
@ApplicationScoped
class PgBulkCatalog implements BulkCatalog {
    private static final String SELECT = """
            SELECT t.*, b.name AS bucket FROM bulk_task t JOIN bucket b ON b.id = t.bucket_id
            """;

    private final PgStore store;

    PgBulkCatalog(PgStore store) {
        this.store = store;
    }

    /** May be sent again: the same id or key makes one task. */
    @Override
    public Uni<BulkTask> create(BulkId id, BulkOrder order) {
        return store.confirmed(connection -> connection
                .preparedQuery("SELECT requires_preconditions FROM bucket WHERE name = $1 FOR KEY SHARE")
                .execute(Tuple.of(order.bucket().value()))
                .invoke(bucket -> requireOpen(
                        bucket.size() == 0
                                ? Optional.empty()
                                : Optional.of(bucket.iterator().next()),
                        order))
                .chain(() -> connection.preparedQuery("""
                                INSERT INTO bulk_task (id, bucket_id, operation, ids, prefix, tags, to_bucket, to_prefix,
                                                       key, fingerprint)
                                SELECT $1, b.id, $3, $4, $5, $6, $7, $8, $9, $10 FROM bucket b WHERE b.name = $2
                                ON CONFLICT DO NOTHING
                                """).execute(row(id, order)))
                .chain(() -> connection
                        .preparedQuery(SELECT + "WHERE t.id = $1 OR (b.name = $2 AND t.key = $3)")
                        .execute(Tuple.of(
                                id.value(),
                                order.bucket().value(),
                                order.key().map(IdempotencyKey::value).orElse(null))))
                .map(rows -> theSame(rows.iterator().next(), order)));
    }

    private static void requireOpen(Optional<Row> bucket, BulkOrder order) {
        Row row = bucket.orElseThrow(() -> PgFileCatalog.noBucket(order.bucket()));
        if (row.getBoolean("requires_preconditions")) {
            throw Preconditions.requiredOfEach(order.bucket());
        }
    }

    private static BulkTask theSame(Row row, BulkOrder order) {
        if (!Buffer.buffer(order.fingerprint().bytes()).equals(row.getBuffer("fingerprint"))) {
            throw IdempotencyKey.reused("The key was sent with another bulk change. Nothing was begun; use a new key.");
        }
        return task(row);
    }

    private static Tuple row(BulkId id, BulkOrder order) {
        BulkChange change = order.change();
        Optional<BulkChange.Move> move = change instanceof BulkChange.Move to ? Optional.of(to) : Optional.empty();
        Tuple row = Tuple.of(id.value(), order.bucket().value(), operation(change));
        row.addArrayOfUUID(order.selection() instanceof Selection.Ids by ? uuids(by.ids()) : null);
        row.addString(order.selection() instanceof Selection.Prefix by ? by.prefix() : null);
        row.addJsonObject(change instanceof BulkChange.Tag tag ? json(tag) : null);
        row.addString(
                move.flatMap(BulkChange.Move::bucket).map(BucketName::value).orElse(null));
        row.addString(move.map(BulkChange.Move::prefix).orElse(null));
        row.addString(order.key().map(IdempotencyKey::value).orElse(null));
        return row.addBuffer(Buffer.buffer(order.fingerprint().bytes()));
    }

    private static String operation(BulkChange change) {
        return change instanceof BulkChange.Delete ? "delete" : change instanceof BulkChange.Tag ? "tag" : "move";
    }

    @Override
    public Uni<Optional<BulkTask>> find(BulkId id) {
        return store.query(SELECT + "WHERE t.id = $1", Tuple.of(id.value()))
                .map(rows -> PgStore.map(rows, PgBulkCatalog::task).stream().findFirst());
    }

    @Override
    public Uni<Optional<BulkTask>> next() {
        return store.query(SELECT + "WHERE t.state = 'PENDING' ORDER BY t.created_at, t.id LIMIT 1", Tuple.tuple())
                .map(rows -> PgStore.map(rows, PgBulkCatalog::task).stream().findFirst());
    }

    @Override
    public Uni<List<Selected>> behind(BucketName bucket, String prefix, String name, int limit) {
        Binds binds = new Binds();
        String sql = """
                SELECT f.id, f.name FROM file f
                WHERE f.bucket_id = (SELECT id FROM bucket WHERE name = %s) AND %s AND f.name > %s
                ORDER BY f.name LIMIT %s
                """.formatted(
                        binds.add(bucket.value()),
                        PageOrder.prefixed("f.name", prefix, binds),
                        binds.add(name),
                        binds.add(limit));
        return store.reading(connection -> IndexOrder.read(connection, new Statement(sql, binds)))
                .map(rows -> PgStore.map(rows, PgBulkCatalog::selected));
    }

    @Override
    public Uni<List<Selected>> of(BucketName bucket, List<FileId> ids) {
        return store.query("""
                        SELECT f.id, f.name FROM file f JOIN bucket b ON b.id = f.bucket_id
                        WHERE f.id = ANY ($2) AND b.name = $1
                        """, Tuple.of(bucket.value(), uuids(ids)))
                .map(rows -> PgStore.map(rows, PgBulkCatalog::selected));
    }

    @Override
    public Uni<Boolean> advance(BulkTask task, Progress progress) {
        long room = Math.max(0, BulkTask.MAX_FAILURES - task.failures().size());
        JsonArray failures = new JsonArray();
        progress.failures().stream()
                .limit(room)
                .forEach(failure -> failures.add(
                        new JsonObject().put("id", failure.file().toString()).put("code", failure.code())));
        Tuple parameters = Tuple.of(task.id().value(), task.checkpoint(), progress.checkpoint());
        parameters.addBoolean(progress.last()).addLong(progress.done());
        parameters.addLong((long) progress.failures().size()).addValue(failures);
        return store.query("""
                        UPDATE bulk_task SET checkpoint = $3, done = done + $5, failed = failed + $6,
                               failures = failures || $7, state = CASE WHEN $4 THEN 'DONE' ELSE state END,
                               finished_at = CASE WHEN $4 THEN catalog_now() END
                        WHERE id = $1 AND checkpoint = $2 AND state = 'PENDING'
                        """, parameters).map(rows -> rows.rowCount() == 1);
    }

    @Override
    public Uni<Boolean> cancel(BulkId id) {
        return store.query("""
                        UPDATE bulk_task SET state = 'CANCELLED', finished_at = catalog_now()
                        WHERE id = $1 AND state = 'PENDING'
                        """, Tuple.of(id.value())).map(rows -> rows.rowCount() == 1);
    }

    private static BulkTask task(Row row) {
        List<BulkFailure> failures = new ArrayList<>();
        row.getJsonArray("failures")
                .forEach(failure -> failures.add(new BulkFailure(
                        new FileId(UUID.fromString(((JsonObject) failure).getString("id"))),
                        ((JsonObject) failure).getString("code"))));
        return new BulkTask(
                new BulkId(row.getUUID("id")),
                order(row),
                BulkTask.State.valueOf(row.getString("state")),
                row.getString("checkpoint"),
                row.getLong("done"),
                row.getLong("failed"),
                failures,
                FileRows.instant(row, "created_at"),
                Optional.ofNullable(row.getOffsetDateTime("finished_at")).map(OffsetDateTime::toInstant));
    }

    private static BulkOrder order(Row row) {
        UUID[] ids = row.getArrayOfUUIDs("ids");
        return new BulkOrder(
                new BucketName(row.getString("bucket")),
                ids == null
                        ? new Selection.Prefix(row.getString("prefix"))
                        : new Selection.Ids(Stream.of(ids).map(FileId::new).toList()),
                change(row),
                Optional.ofNullable(row.getString("key")).map(IdempotencyKey::new));
    }

    private static BulkChange change(Row row) {
        return switch (row.getString("operation")) {
            case "delete" -> new BulkChange.Delete();
            case "tag" -> new BulkChange.Tag(patch(row.getJsonObject("tags")));
            default ->
                new BulkChange.Move(
                        Optional.ofNullable(row.getString("to_bucket")).map(BucketName::new),
                        row.getString("to_prefix"));
        };
    }

    private static Map<String, Optional<String>> patch(JsonObject tags) {
        Map<String, Optional<String>> patch = new HashMap<>();
        tags.forEach(tag -> patch.put(tag.getKey(), Optional.ofNullable((String) tag.getValue())));
        return patch;
    }

    private static JsonObject json(BulkChange.Tag tag) {
        JsonObject json = new JsonObject();
        tag.patch().forEach((key, value) -> json.put(key, value.orElse(null)));
        return json;
    }

    private static Selected selected(Row row) {
        return new Selected(new FileId(row.getUUID("id")), new FileName(row.getString("name")));
    }

    private static UUID[] uuids(List<FileId> ids) {
        return ids.stream().map(FileId::value).toArray(UUID[]::new);
    }
}
