package dev.consigne.crash;

import dev.consigne.file.ContentId;
import dev.consigne.file.ProtocolProbe;
import dev.consigne.file.ProtocolStep;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where a process stops being: at a step of the protocol, when its deed is done, or nowhere.
 *
 * @param place the name of a {@link ProtocolStep}, or one of the constants
 * @param nth the so-manieth time it comes there
 */
record Halt(String place, int nth) {
    /** It does its deed and ends by itself. */
    static final Halt NOWHERE = new Halt("NOWHERE", 1);

    /** The deed is done, or has failed, and its caller knows. */
    static final Halt ANSWERED = new Halt("ANSWERED", 1);

    /** As after a kill: nothing is flushed, closed or told to anybody. */
    static final int EXIT_CODE = 137;

    private static final Object VOICE = new Object();

    static Halt at(ProtocolStep step) {
        return at(step, 1);
    }

    static Halt at(ProtocolStep step, int nth) {
        return new Halt(step.name(), nth);
    }

    /** Says each step as it is reached, and halts the process at this one. */
    ProtocolProbe probe() {
        AtomicInteger times = new AtomicInteger();
        return (step, contentId) -> {
            say(step.name(), contentId);
            if (step.name().equals(place) && times.incrementAndGet() == nth) {
                now();
            }
            return Uni.createFrom().voidItem();
        };
    }

    /** The last words, by which the test knows that it was this place and no other. Other threads speak no more. */
    @SuppressWarnings("SystemOut")
    void now() {
        synchronized (VOICE) {
            System.out.println("halting at " + place + " " + nth);
            System.out.flush();
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }

    @SuppressWarnings("SystemOut")
    private static void say(String step, ContentId contentId) {
        synchronized (VOICE) {
            System.out.println("at " + step + " " + contentId);
            System.out.flush();
        }
    }
}
