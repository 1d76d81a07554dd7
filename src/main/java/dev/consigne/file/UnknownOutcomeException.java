package dev.consigne.file;

/** A change was sent and the answer was lost: it may have been made or not. Whoever catches this reads the row. */
public final class UnknownOutcomeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnknownOutcomeException(String message, Throwable cause) {
        super(message, cause);
    }
}
