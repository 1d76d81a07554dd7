package dev.consigne.postgres;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.UnknownOutcomeException;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.TransactionRollbackException;
import java.io.IOException;
import java.net.ConnectException;

/** What the driver throws, in the service's terms. The cause is kept for the log and never shown. */
final class PgErrors {
    static final String FOREIGN_KEY_VIOLATION = "23503";
    static final String UNIQUE_VIOLATION = "23505";

    /** Canceled, above all by its own timeout (PostgreSQL, appendix A). */
    static final String QUERY_CANCELED = "57014";

    /** How the pool words it; the class is that of many other failures. */
    private static final String NO_CONNECTION_IN_TIME = "Timeout waiting for connection";

    /** How the driver words a connection of the pool that broke before it was used; it has no class of its own for it. */
    private static final String BROKEN_BEFORE = "Connection is not active now";

    private PgErrors() {}

    /** For calls that change nothing a caller sees: whatever happened, they can be sent again. */
    static Throwable ofRead(Throwable failure) {
        return failure instanceof ServiceException || isDefect(failure) ? failure : unavailable(failure);
    }

    /** For calls that change something: without a clear "no" of the server, the change may have been made. */
    static Throwable ofChange(Throwable failure) {
        if (failure instanceof ServiceException || isDefect(failure)) {
            return failure;
        }
        if (failure instanceof LocalCommitException) {
            return new UnknownOutcomeException("the change is on the primary alone and may be taken back", failure);
        }
        return isRefusal(failure) || wasNeverSent(failure)
                ? unavailable(failure)
                : new UnknownOutcomeException("the catalog's answer to a change was lost", failure);
    }

    /** Whether what a file was to refer to is a content that is not there; otherwise it is its bucket. */
    static boolean isOfContent(Throwable failure) {
        return failure instanceof PgException refusal && "file_content_id_fkey".equals(refusal.getConstraint());
    }

    /** Serialization failure and deadlock: the transaction was undone and may succeed at once (PostgreSQL, appendix A). */
    static boolean isConflict(Throwable failure) {
        String state = sqlState(failure);
        return state.equals("40001") || state.equals("40P01");
    }

    /** The server is a standby now, or was told to take no changes; this connection may outlive that (PostgreSQL, appendix A). */
    static boolean isReadOnly(Throwable failure) {
        return sqlState(failure).equals("25006");
    }

    /** The connection broke or was refused at once; whether the server got the statement is not known. */
    static boolean isConnectionLost(Throwable failure) {
        return (failure instanceof IOException && !(failure instanceof ConnectTimeoutException))
                || failure instanceof ClosedConnectionException
                || wasBrokenBefore(failure)
                || sqlState(failure).startsWith("08");
    }

    private static boolean wasBrokenBefore(Throwable failure) {
        return failure.getMessage() != null && failure.getMessage().startsWith(BROKEN_BEFORE);
    }

    static String sqlState(Throwable failure) {
        return failure instanceof PgException pg && pg.getSqlState() != null ? pg.getSqlState() : "";
    }

    /**
     * The server said no, so the transaction is undone. Classes 08 (connection) and 57 (operator intervention, such as a
     * backend that is told to go while it waits for its standby) say nothing about a commit that was under way.
     */
    private static boolean isRefusal(Throwable failure) {
        String state = sqlState(failure);
        return failure instanceof TransactionRollbackException
                || (!state.isEmpty() && !state.startsWith("08") && !state.startsWith("57"));
    }

    /** There was no connection to send it on. */
    private static boolean wasNeverSent(Throwable failure) {
        return failure instanceof ConnectException
                || failure instanceof ConnectionPoolTooBusyException
                || NO_CONNECTION_IN_TIME.equals(failure.getMessage());
    }

    /** A statement the server does not take is a mistake of ours, not an outage: let it surface as what it is. */
    private static boolean isDefect(Throwable failure) {
        String state = sqlState(failure);
        return state.startsWith("22")
                || state.startsWith("23")
                || state.startsWith("42")
                || failure instanceof NullPointerException
                || failure instanceof SharedContent.Gone;
    }

    private static ServiceException unavailable(Throwable failure) {
        if (sqlState(failure).equals("53100")) {
            return new ServiceException(
                    ErrorCode.STORE_FULL, "The catalog has no space left; nothing was changed.", failure);
        }
        return new ServiceException(
                ErrorCode.STORE_UNAVAILABLE, "The catalog did not answer; try again later.", failure);
    }
}
