package dev.consigne.postgres;

import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgNotice;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL says beside its answer to a commit. If the wait for a synchronous standby is cancelled, the commit
 * succeeds all the same, and a warning is the only sign: see docs/decisions/0007-synchronous-commit.md.
 */
final class CommitWarning {
    /** {@code warning}. Others may share it; taken for this one, they cost a read-back. */
    private static final String WARNING = "01000";

    private final AtomicReference<@Nullable String> seen = new AtomicReference<>();

    /** Until the connection goes back to the pool, the commit included. */
    void listenTo(SqlConnection connection) {
        PgConnection.cast(connection).noticeHandler(this::take);
    }

    /** To be asked when the commit was answered: its warning has come before. */
    void requireNone() {
        String warning = seen.get();
        if (warning != null) {
            throw new LocalCommitException(warning);
        }
    }

    private void take(PgNotice notice) {
        if (WARNING.equals(notice.getCode())) {
            seen.set(notice.getMessage() + " (" + notice.getDetail() + ")");
        }
    }
}
