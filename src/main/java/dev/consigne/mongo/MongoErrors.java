package dev.consigne.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoInternalException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoWriteException;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;

/** What the driver throws, in the service's terms. The cause is kept for the log and never shown. */
final class MongoErrors {
    private static final int DUPLICATE_KEY = 11000;
    /** What a server answers whose disk is full, see WiredTiger and {@code OutOfDiskSpace}. */
    private static final int OUT_OF_DISK_SPACE = 14031;

    private static final int UNKNOWN_ERROR = 8;

    private MongoErrors() {}

    static Throwable translate(Throwable failure) {
        if (failure instanceof ServiceException || isDuplicateKey(failure)) {
            return failure;
        }
        if (isFull(failure)) {
            return new ServiceException(
                    ErrorCode.STORE_FULL, "The content store has no space left; nothing was changed.", failure);
        }
        return new ServiceException(
                ErrorCode.STORE_UNAVAILABLE, "The content store did not answer; try again later.", failure);
    }

    static boolean isDuplicateKey(Throwable failure) {
        return failure instanceof MongoException mongo && codeOf(mongo) == DUPLICATE_KEY;
    }

    /**
     * The connection broke or could not be made; whether the server got the request is not known. On Netty the driver
     * (5.6) meets a connection that broke while it was idle with an "unexpected exception" of its own.
     */
    static boolean isConnectionLost(Throwable failure) {
        return failure instanceof MongoSocketException
                || failure instanceof MongoConnectionPoolClearedException
                || failure instanceof MongoInternalException;
    }

    private static boolean isFull(Throwable failure) {
        if (!(failure instanceof MongoException mongo)) {
            return false;
        }
        int code = codeOf(mongo);
        return code == OUT_OF_DISK_SPACE
                || (code == UNKNOWN_ERROR && String.valueOf(mongo.getMessage()).contains("No space left"));
    }

    private static int codeOf(MongoException failure) {
        if (failure instanceof MongoWriteException write) {
            return write.getError().getCode();
        }
        if (failure instanceof MongoBulkWriteException bulk
                && !bulk.getWriteErrors().isEmpty()) {
            return bulk.getWriteErrors().get(0).getCode();
        }
        return failure.getCode();
    }
}
