package dev.consigne.postgres;

import dev.consigne.file.BucketName;
import dev.consigne.file.ContentStates;
import dev.consigne.file.FileId;
import dev.consigne.file.FileRecord;
import dev.consigne.file.PendingContent;
import dev.consigne.file.StoredContent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

/** A content that was uploaded becomes that of a file: PENDING to LIVE. */
record NewContent(PendingContent pending, StoredContent content, BucketName bucket) implements Publication.Binding {
    static final StateChange PUBLISH = StateChange.of(ContentStates.PENDING.published());

    /** The compare-and-swap: of this and whoever takes the lease away, exactly one succeeds. See {@link #parameters}. */
    static final String BIND = """
            UPDATE content SET {to}, committed_at = catalog_now(), lease_until = NULL, length = $3,
                   chunk_count = $4, sha256 = $5, crc32c = $6, file_id = $7, generation = $8
            WHERE id = $1 AND {from} AND fence = $2
            """;

    @Override
    public Uni<Boolean> bind(SqlConnection connection, FileRecord file) {
        return connection
                .preparedQuery(PUBLISH.in(
                        BIND + "RETURNING (SELECT b.has_quota FROM bucket b WHERE b.name = $9) AS has_quota"))
                .execute(parameters(file.id(), file.generation()))
                .invoke(Publication::requireOne)
                .map(rows -> rows.iterator().next().getBoolean("has_quota"));
    }

    /** Of {@link #BIND}, and as $9 the bucket. */
    Tuple parameters(FileId file, long generation) {
        Tuple parameters = Tuple.of(content.contentId().value(), pending.fence());
        parameters
                .addLong(content.layout().length())
                .addInteger(content.layout().chunkCount());
        parameters.addBuffer(Buffer.buffer(content.sha256().bytes())).addLong(content.crc32c());
        return parameters.addUUID(file.value()).addLong(generation).addString(bucket.value());
    }
}
