package dev.consigne.postgres;

import dev.consigne.file.ContentId;
import dev.consigne.file.DeletedQuery;
import dev.consigne.file.FileId;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileVersion;
import dev.consigne.file.VersionCatalog;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What files were. */
@ApplicationScoped
class PgVersionCatalog implements VersionCatalog {
    private final PgStore store;

    PgVersionCatalog(PgStore store) {
        this.store = store;
    }

    @Override
    public Uni<List<FileVersion>> list(FileId id, long before, int limit) {
        return versions(id, 1, before, limit);
    }

    @Override
    public Uni<Optional<FileVersion>> find(FileId id, long generation) {
        return generation == Long.MAX_VALUE
                ? Uni.createFrom().item(Optional.empty())
                : versions(id, generation, generation + 1, 1)
                        .map(found -> found.stream().findFirst());
    }

    @Override
    public Uni<List<FileVersion>> deleted(DeletedQuery query) {
        return store.reading(connection -> new DeletedFiles(connection, query).page());
    }

    private Uni<List<FileVersion>> versions(FileId id, long from, long before, int limit) {
        return store.query(VersionRows.SELECT, Tuple.of(id.value(), from, before, limit))
                .map(rows -> PgStore.map(rows, VersionRows::version));
    }

    @Override
    public Uni<Optional<FileRecord>> restore(
            FileVersion version, FileVersion newest, ContentId attempt, Duration retention, long maxLength) {
        return store.transaction(
                        connection -> new Restoring(connection, version, newest, attempt).run(retention, maxLength))
                .map(Optional::of)
                .onFailure(SharedContent.Gone.class)
                .recoverWithItem(Optional.empty());
    }

    @Override
    public Uni<Optional<FileRecord>> confirmRestored(FileVersion version, FileVersion newest, ContentId attempt) {
        ContentId content = version.file().content().contentId();
        return store.confirmed(connection -> afterThoseBefore(connection, content)
                        .chain(() -> connection
                                .preparedQuery("SELECT " + FileRows.COLUMNS + "FROM file f " + FileRows.JOINS
                                        + "WHERE f.id = $1 AND f.made_by = $2")
                                .execute(Tuple.of(newest.file().id().value(), attempt.value()))))
                .map(rows -> PgStore.map(rows, FileRows::file).stream().findFirst());
    }

    @Override
    public Uni<Boolean> remove(FileVersion version, Duration retention) {
        return store.transaction(
                new VersionRemoval(version.file().id().value(), version.file().generation(), retention)::run);
    }

    @Override
    public Uni<Boolean> confirmRemoved(FileVersion version) {
        return store.confirmed(connection -> afterThoseBefore(
                        connection, version.file().content().contentId())
                .chain(() -> connection
                        .preparedQuery("SELECT FROM file_version WHERE file_id = $1 AND generation = $2")
                        .execute(Tuple.of(
                                version.file().id().value(), version.file().generation())))
                .map(found -> found.size() == 0));
    }

    /** The update changes nothing; it waits for whoever has the content's row, and its commit for the standby. */
    private static Uni<RowSet<Row>> afterThoseBefore(SqlConnection connection, ContentId content) {
        return connection
                .preparedQuery("UPDATE content SET fence = fence WHERE id = $1")
                .execute(Tuple.of(content.value()));
    }
}
