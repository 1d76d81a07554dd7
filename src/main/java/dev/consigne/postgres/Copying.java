package dev.consigne.postgres;

import dev.consigne.file.ContentId;
import dev.consigne.file.FileId;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Sha256;
import dev.consigne.file.UploadCommand;
import dev.consigne.file.UploadTerms;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The transaction that copies a file: that of an upload whose content is there already. */
final class Copying {
    private final SqlConnection connection;
    private final FileRecord source;
    private final UploadCommand target;
    private final ContentId attempt;
    private final Duration keyRetention;

    Copying(
            SqlConnection connection,
            FileRecord source,
            UploadCommand target,
            ContentId attempt,
            Duration keyRetention) {
        this.connection = connection;
        this.source = source;
        this.target = target;
        this.attempt = attempt;
        this.keyRetention = keyRetention;
    }

    /** Fails with {@link SharedContent.Gone} if no file has the content any more. */
    Uni<FileRecord> run(FileId newFileId, Duration retention, long maxLength) {
        return connection
                .preparedQuery(Intent.LOCK_BUCKET)
                .execute(Tuple.of(target.bucket().value(), maxLength))
                .invoke(bucket -> {
                    var unused = Intent.admitted(bucket, target);
                })
                .chain(this::claim)
                .chain(answer -> answer.map(file -> Uni.createFrom().item(file))
                        .orElseGet(() -> new Publication(
                                        connection,
                                        new SharedContent(source.content().contentId(), target.bucket()),
                                        attempt,
                                        source.content(),
                                        target,
                                        newFileId,
                                        retention,
                                        keyRetention)
                                .run()));
    }

    private Uni<Optional<FileRecord>> claim() {
        return target.key()
                .map(key -> new KeyClaim(
                                connection, target, key, fingerprint(), attempt, keyRetention.toMillis() / 1000.0)
                        .make())
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    /**
     * The same copy is that of the same file; what the file had in it, and what is said about it, may have changed in
     * between. So what the copy shall say counts only where the source does not say it.
     */
    private Sha256 fingerprint() {
        UploadTerms terms = target.terms();
        List<Object> wish = List.of(
                terms.preconditions(),
                terms.metadata().filter(said -> !said.equals(source.labels().metadata())),
                terms.tags().filter(said -> !said.equals(source.labels().tags())));
        return Sha256.over("copy\0" + source.id() + '\0' + target.bucket() + '\0' + target.name() + '\0' + wish);
    }
}
