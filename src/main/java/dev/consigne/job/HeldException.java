package dev.consigne.job;

/** A job refuses to go on until somebody has looked; the message says why and what to do. */
public final class HeldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public HeldException(String message) {
        super(message);
    }
}
