package dev.consigne.http;

import io.smallrye.mutiny.Uni;

/**
 * Lets work go on when the client it is for has gone: after the last byte an upload is published whether or not anybody
 * waits for the answer. Before that, a client that goes fails the body, and with it the work.
 */
final class Detached {
    private Detached() {}

    /** Cancelling the result cancels the waiting, not the work. */
    static <T> Uni<T> run(Uni<T> work) {
        return Uni.createFrom().emitter(emitter -> work.subscribe().with(emitter::complete, emitter::fail));
    }
}
