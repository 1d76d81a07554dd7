package dev.consigne.testing;

import dev.consigne.file.BeginOutcome;
import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileCatalog;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.FilePage;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Labels;
import dev.consigne.file.ListQuery;
import dev.consigne.file.PendingContent;
import dev.consigne.file.PublishOutcome;
import dev.consigne.file.StoredContent;
import dev.consigne.file.UploadCommand;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A catalog of which only the leases, and the marks of damage, work; both are remembered. */
public final class RenewingCatalog implements FileCatalog {
    private final List<Integer> limits = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    private Uni<Boolean> answer = Uni.createFrom().item(true);

    /** What renewals and marks are answered with from now on. */
    public void answer(Uni<Boolean> newAnswer) {
        answer = newAnswer;
    }

    /** The chunk limits of all renewals asked for. */
    public List<Integer> limits() {
        return List.copyOf(limits);
    }

    /** What was found damaged. */
    public List<String> findings() {
        return List.copyOf(findings);
    }

    @Override
    public Uni<Boolean> renew(PendingContent pending, int chunkLimit) {
        limits.add(chunkLimit);
        return answer;
    }

    @Override
    public Uni<Boolean> markDamaged(ContentId contentId, String finding) {
        findings.add(finding);
        return answer;
    }

    @Override
    public Uni<BeginOutcome> begin(
            UploadCommand command, ContentId contentId, int chunkSize, int chunkLimit, long maxLength) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<FileRecord> publish(
            PendingContent pending,
            StoredContent content,
            UploadCommand command,
            FileId newFileId,
            Duration retention) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<PublishOutcome> outcome(PendingContent pending, UploadCommand command) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Void> abandon(PendingContent pending) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Optional<FileRecord>> find(FileId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Optional<FileRecord>> find(BucketName bucket, FileName name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<FilePage> list(ListQuery query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Optional<FileRecord>> change(FileRecord seen, Labels labels) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Optional<FileRecord>> confirmChanged(FileRecord seen, Labels labels) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Optional<FileRecord>> copy(
            FileRecord source,
            UploadCommand target,
            ContentId attempt,
            FileId newFileId,
            Duration retention,
            long maxLength) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Optional<FileRecord>> confirmCopied(FileRecord source, UploadCommand target, ContentId attempt) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Optional<FileRecord>> move(FileRecord seen, BucketName bucket, FileName name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Optional<FileRecord>> confirmMoved(FileRecord seen, BucketName bucket, FileName name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Boolean> delete(FileRecord file, Duration retention) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Boolean> confirmDeleted(FileRecord file) {
        throw new UnsupportedOperationException();
    }
}
