package dev.consigne.artefact;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** What a kill loop counts; shared by all its threads. */
final class KillTally {
    final AtomicLong kills = new AtomicLong();
    final AtomicLong storeKills = new AtomicLong();
    final AtomicLong acknowledged = new AtomicLong();
    final AtomicLong unknown = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong reads = new AtomicLong();

    /** Acknowledged and not there, or there and refused: what must not happen, in words. */
    final List<String> lost = new CopyOnWriteArrayList<>();

    /** Answered 200 with bytes that are no whole value. */
    final List<String> partial = new CopyOnWriteArrayList<>();

    String line(long orphans, long seed, long seconds) {
        return String.format(
                "kills=%d store-kills=%d acknowledged=%d unknown=%d refused=%d reads=%d lost=%d served-partial=%d"
                        + " orphans=%d seed=%d seconds=%d",
                kills.get(),
                storeKills.get(),
                acknowledged.get(),
                unknown.get(),
                refused.get(),
                reads.get(),
                lost.size(),
                partial.size(),
                orphans,
                seed,
                seconds);
    }
}
