package dev.consigne.postgres;

import dev.consigne.file.FilePage;
import dev.consigne.file.FileRecord;
import dev.consigne.file.ListQuery;
import dev.consigne.file.SortOrder.Position;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files right below a prefix, and the folders: each is one probe of the index by name, which goes on behind the last
 * file or behind everything in the last folder, however many files that has.
 */
final class FolderListing {
    /** In no name, and before every other character: with it a name is right before those that begin with it. */
    private static final String NEXT = "\u0001";

    private static final String SQL = """
            SELECT e.entry, e.folder, %s FROM bucket b LEFT JOIN LATERAL (
                WITH RECURSIVE e AS (
                    (SELECT 0 AS number, $3::text COLLATE "C" AS next, NULL::text COLLATE "C" AS entry, false AS folder)
                    UNION ALL
                    SELECT e.number + 1,
                           CASE WHEN n.cut > 0 THEN left(n.name, length($2::text) + n.cut - 1) || $6::text ELSE n.name || chr(1) END,
                           CASE WHEN n.cut > 0 THEN left(n.name, length($2::text) + n.cut - 1) || $5::text ELSE n.name END,
                           n.cut > 0
                    FROM e CROSS JOIN LATERAL (
                        SELECT f.name, strpos(substr(f.name, length($2::text) + 1), $5::text) AS cut FROM file f
                        WHERE f.bucket_id = b.id AND f.name >= e.next AND f.name < $4::text
                        ORDER BY f.name LIMIT 1) n
                    WHERE e.number < $7)
                SELECT * FROM e WHERE e.number > 0 OFFSET 0) e ON true
            LEFT JOIN file f ON NOT e.folder AND f.bucket_id = b.id AND f.name = e.entry
            LEFT JOIN content c ON c.id = f.content_id
            WHERE b.name = $1 ORDER BY e.number
            """.formatted(FileRows.COLUMNS);

    private final ListQuery query;
    private final String delimiter;

    FolderListing(ListQuery query, String delimiter) {
        this.query = query;
        this.delimiter = delimiter;
    }

    Statement statement() {
        Binds binds = new Binds();
        PrefixRange range = PrefixRange.of(query.prefix());
        binds.add(query.bucket().value());
        binds.add(query.prefix());
        binds.add(query.after().map(this::beyond).orElse(range.from()));
        binds.add(range.before());
        binds.add(delimiter);
        binds.add(PrefixRange.of(delimiter).before());
        binds.add(query.limit() + 1);
        return new Statement(SQL, binds);
    }

    /** A file's own name holds no delimiter after the prefix, a folder's does. */
    private String beyond(Position after) {
        String name = after.name();
        boolean folder = name.indexOf(delimiter, query.prefix().length()) >= 0;
        return folder ? PrefixRange.of(name).before() : name + NEXT;
    }

    /** One entry more than the page takes if there are more. */
    FilePage page(RowSet<Row> rows) {
        if (rows.size() == 0) {
            throw PgFileCatalog.noBucket(query.bucket());
        }
        List<FileRecord> files = new ArrayList<>();
        List<String> folders = new ArrayList<>();
        Optional<Position> last = Optional.empty();
        int entries = 0;
        for (Row row : rows) {
            String entry = row.getString("entry");
            if (entry == null) {
                return FilePage.EMPTY;
            }
            if (entries++ == query.limit()) {
                return new FilePage(files, folders, last);
            }
            if (Boolean.TRUE.equals(row.getBoolean("folder"))) {
                folders.add(entry);
            } else if (row.getUUID("id") != null) {
                files.add(FileRows.file(row));
            }
            last = Optional.of(Position.after(entry));
        }
        return new FilePage(files, folders, Optional.empty());
    }
}
