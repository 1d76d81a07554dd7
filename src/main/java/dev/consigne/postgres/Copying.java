package dev.consigne.postgres;

import dev.consigne.file.ContentId;
import dev.consigne.file.FileId;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Sha256;
import dev.consigne.file.UploadCommand;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
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

    /** The same copy is that of the same file; what the file had in it may have changed in between. */
    private Sha256 fingerprint() {
        return Sha256.over("copy\0" + source.id() + '\0' + target.bucket() + '\0' + target.name());
    }
}
