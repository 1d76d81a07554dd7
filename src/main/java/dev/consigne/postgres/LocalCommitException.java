package dev.consigne.postgres;

/** The change is committed, but on the primary alone: a fail-over may take it back. */
final class LocalCommitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LocalCommitException(String warning) {
        super(warning);
    }
}
