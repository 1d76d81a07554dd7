package dev.consigne.file;

import io.smallrye.mutiny.Uni;

/** Called at each step of the protocol, so that tests can stop, delay or break it there. In production it does nothing. */
@FunctionalInterface
public interface ProtocolProbe {
    ProtocolProbe NOOP = (step, contentId) -> Uni.createFrom().voidItem();

    /** The protocol goes on when the answer comes and fails when it fails. */
    Uni<Void> at(ProtocolStep step, ContentId contentId);
}
