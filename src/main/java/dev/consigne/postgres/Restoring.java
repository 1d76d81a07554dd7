package dev.consigne.postgres;

import dev.consigne.file.ClaimedDigests;
import dev.consigne.file.ContentId;
import dev.consigne.file.EntityTags;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileVersion;
import dev.consigne.file.Preconditions;
import dev.consigne.file.UploadCommand;
import dev.consigne.file.UploadTerms;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** The transaction that makes what a file was its next generation: that of a copy onto the file itself. */
final class Restoring {
    private final SqlConnection connection;
    private final FileVersion version;
    private final FileRecord newest;
    private final boolean deleted;
    private final ContentId attempt;

    Restoring(SqlConnection connection, FileVersion version, FileVersion newest, ContentId attempt) {
        this.connection = connection;
        this.version = version;
        this.newest = newest.file();
        this.deleted = !newest.current();
        this.attempt = attempt;
    }

    /** Fails with {@link SharedContent.Gone} if the newest generation or the version is not as it was seen. */
    Uni<FileRecord> run(Duration retention, long maxLength) {
        UploadCommand command = command();
        return connection
                .preparedQuery(Intent.LOCK_BUCKET)
                .execute(Tuple.of(command.bucket().value(), maxLength))
                .invoke(bucket -> {
                    var unused = Intent.admitted(bucket, command);
                })
                .chain(this::lockFile)
                .chain(this::lockVersion)
                .chain(() -> new Publication(
                                connection,
                                new SharedContent(version.file().content().contentId(), command.bucket()),
                                attempt,
                                version.file().content(),
                                command,
                                newest.id(),
                                retention,
                                Duration.ZERO)
                        .run())
                .invoke(this::requireNext);
    }

    /** Nobody may slip in between the look that judged the conditions and this. */
    private Uni<Void> lockFile() {
        if (deleted) {
            return Uni.createFrom().voidItem();
        }
        return required(
                """
                SELECT FROM file f JOIN bucket b ON b.id = f.bucket_id
                WHERE f.id = $1 AND f.generation = $2 AND f.metageneration = $3 AND b.name = $4 FOR UPDATE OF f
                """,
                Tuple.of(
                        newest.id().value(),
                        newest.generation(),
                        newest.metageneration(),
                        newest.bucket().value()));
    }

    /** What is restored must still be kept: that another file has its content is not enough. */
    private Uni<Void> lockVersion() {
        if (version.current()) {
            return Uni.createFrom().voidItem();
        }
        return required(
                "SELECT FROM file_version WHERE file_id = $1 AND generation = $2 FOR KEY SHARE",
                Tuple.of(version.file().id().value(), version.file().generation()));
    }

    private Uni<Void> required(String sql, Tuple parameters) {
        return connection
                .preparedQuery(sql)
                .execute(parameters)
                .invoke(rows -> {
                    if (rows.size() != 1) {
                        throw gone();
                    }
                })
                .replaceWithVoid();
    }

    /** A deleted file whose last generation was given up meanwhile would begin anew under its old id: never. */
    private void requireNext(FileRecord restored) {
        if (!restored.id().equals(newest.id()) || restored.generation() != newest.generation() + 1) {
            throw gone();
        }
    }

    private SharedContent.Gone gone() {
        return new SharedContent.Gone(version.file().content().contentId());
    }

    private UploadCommand command() {
        FileRecord source = version.file();
        Optional<EntityTags> any = Optional.of(EntityTags.ANY);
        Preconditions there = new Preconditions(any, Optional.empty(), Optional.empty(), Optional.empty());
        Preconditions free = new Preconditions(Optional.empty(), any, Optional.empty(), Optional.empty());
        UploadTerms terms = new UploadTerms(
                deleted ? free : there,
                deleted ? Optional.empty() : Optional.of(newest.id()),
                Optional.of(source.labels().metadata()),
                Optional.of(source.labels().tags()),
                ClaimedDigests.NONE);
        return new UploadCommand(newest.bucket(), newest.name(), source.mediaType(), OptionalLong.of(source.length()))
                .withTerms(terms);
    }
}
