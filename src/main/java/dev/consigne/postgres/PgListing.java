package dev.consigne.postgres;

import dev.consigne.file.FileListing;
import dev.consigne.file.FilePage;
import dev.consigne.file.FileRecord;
import dev.consigne.file.ListQuery;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Pages of files: the next ones of an index, or folders, or what a {@link FileSearch} finds. */
final class PgListing {
    private final PgStore store;
    private final Duration searchTimeout;

    PgListing(PgStore store, Duration searchTimeout) {
        this.store = store;
        this.searchTimeout = searchTimeout;
    }

    /** As {@link FileListing#list}. */
    Uni<FilePage> list(ListQuery query) {
        if (query.delimiter().isPresent()) {
            FolderListing folders = new FolderListing(query, query.delimiter().orElseThrow());
            return run(folders.statement()).map(folders::page);
        }
        return query.isSearch()
                ? store.reading(connection -> new FileSearch(connection, query, searchTimeout).page())
                : run(next(query)).map(rows -> pageOrNoBucket(rows, query));
    }

    private Uni<RowSet<Row>> run(Statement statement) {
        return store.reading(connection -> IndexOrder.read(connection, statement));
    }

    /** The limit is inside, below the joins: nothing but the page is joined, and sorted again after it. */
    static Statement next(ListQuery query) {
        Binds binds = new Binds();
        PageOrder order = new PageOrder(query.sort());
        String bucket = binds.add(query.bucket().value());
        String sql = """
                SELECT %s FROM bucket b LEFT JOIN LATERAL (
                    SELECT f.* FROM file f WHERE %s ORDER BY %s LIMIT %s) f ON true
                LEFT JOIN content c ON c.id = f.content_id
                WHERE b.name = %s ORDER BY %3$s
                """.formatted(
                FileRows.COLUMNS, order.within(query, "b.id", binds), order.by(), binds.add(query.limit() + 1), bucket);
        return new Statement(sql, binds);
    }

    private static FilePage pageOrNoBucket(RowSet<Row> rows, ListQuery query) {
        if (rows.size() == 0) {
            throw PgFileCatalog.noBucket(query.bucket());
        }
        return rows.iterator().next().getUUID("id") == null ? FilePage.EMPTY : page(rows, query);
    }

    /** The rows of files, one more than the page takes if there are more. */
    static FilePage page(RowSet<Row> rows, ListQuery query) {
        List<FileRecord> files = PgStore.map(rows, FileRows::file);
        if (files.size() <= query.limit()) {
            return new FilePage(files, List.of(), Optional.empty());
        }
        List<FileRecord> shown = files.subList(0, query.limit());
        return new FilePage(shown, List.of(), Optional.of(query.sort().position(shown.get(shown.size() - 1))));
    }
}
