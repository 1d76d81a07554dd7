package dev.consigne.http;

/** The client's connection broke, or it sent less than it had announced: nobody is left to answer. */
final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(Throwable cause) {
        super("the client is gone: " + cause.getMessage(), cause, false, false);
    }
}
