package dev.consigne.postgres;

import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileRecord;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

/** A content that one file has becomes that of another too. */
record SharedContent(ContentId content, BucketName bucket) implements Publication.Binding {
    /** The content was given up by every file since it was looked at. */
    static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1;

        Gone(ContentId content) {
            super("content " + content + " is not LIVE any more", null, false, false);
        }
    }

    /** The compare-and-swap: of this and the last file's giving it up, exactly one succeeds. */
    @Override
    public Uni<Boolean> bind(SqlConnection connection, FileRecord file) {
        return connection
                .preparedQuery("""
                        UPDATE content SET refs = refs + 1 WHERE id = $1 AND state = 'LIVE'
                        RETURNING (SELECT b.has_quota FROM bucket b WHERE b.name = $2) AS has_quota
                        """)
                .execute(Tuple.of(content.value(), bucket.value()))
                .map(rows -> {
                    if (rows.rowCount() != 1) {
                        throw new Gone(content);
                    }
                    return rows.iterator().next().getBoolean("has_quota");
                });
    }
}
