package dev.consigne.postgres;

import dev.consigne.file.FileId;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Labels;
import dev.consigne.file.PendingContent;
import dev.consigne.file.StoredContent;
import dev.consigne.file.UploadCommand;
import dev.consigne.file.UploadTerms;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Optional;

/**
 * Publishes a content under a name that no file has or had, in a bucket without a quota: what {@link Publication} does,
 * as one statement, or nothing. Its content is locked before its file, unlike there; until now it is nobody else's.
 */
final class NewFile {
    static final String SQL = NewContent.PUBLISH.in("""
            WITH b AS (SELECT id FROM bucket WHERE name = $9 AND NOT has_quota FOR KEY SHARE),
                 c AS (SELECT id FROM content WHERE id = $1 AND {from} AND fence = $2 FOR NO KEY UPDATE),
                 placed AS (INSERT INTO file (id, bucket_id, name, media_type, content_id, length, metadata, tags)
                            SELECT $7, b.id, $10, $11, c.id, $3, $12::text::jsonb, $13 FROM b, c
                            WHERE NOT EXISTS (SELECT FROM file_version v
                                              WHERE v.bucket_id = b.id AND v.name = $10 AND v.deleted)
                            ON CONFLICT DO NOTHING
                            RETURNING\s""" + Publication.PLACED + "), bound AS (" + NewContent.BIND + """
                            AND EXISTS (SELECT FROM placed)),
                 told AS (INSERT INTO outbox (event, payload) SELECT 'file.stored', $14 FROM placed)
            SELECT * FROM placed
            """);

    private static final long FIRST_GENERATION = 1;

    private NewFile() {}

    /** Whether it is worth a try: who says what is there already, or has a key to answer under, needs a transaction. */
    static boolean mayBe(UploadCommand command) {
        UploadTerms terms = command.terms();
        return terms.onto().isEmpty()
                && terms.preconditions().ifMatch().isEmpty()
                && command.key().isEmpty();
    }

    static Tuple parameters(PendingContent pending, StoredContent content, UploadCommand command, FileId newFileId) {
        Labels labels = command.labels();
        Tuple parameters = new NewContent(pending, content, command.bucket()).parameters(newFileId, FIRST_GENERATION);
        parameters
                .addString(command.name().value())
                .addString(labels.mediaType().value());
        parameters.addString(labels.metadata().json()).addJsonObject(FileRows.json(labels.tags()));
        return parameters.addJsonObject(
                Publication.payload(command.bucket(), command.name(), newFileId, FIRST_GENERATION, content));
    }

    /** Empty if nothing was done. */
    static Optional<FileRecord> record(RowSet<Row> rows, UploadCommand command, StoredContent content) {
        return PgStore.map(rows, row -> Publication.record(row, command, content)).stream()
                .findFirst();
    }
}
