package dev.consigne.job;

import java.util.List;

/**
 * What one step did.
 *
 * @param checkpoint where the next step goes on
 * @param more whether there is a next step
 * @param examined contents looked at
 * @param changed things changed
 * @param bytes bytes read
 * @param findings what was found; a step finds a bounded number of things
 */
public record JobStep(
        String checkpoint, boolean more, long examined, long changed, long bytes, List<Finding> findings) {

    public JobStep {
        findings = List.copyOf(findings);
    }

    /** The same, going on elsewhere. */
    JobStep goingOnAt(String nextCheckpoint) {
        return new JobStep(nextCheckpoint, true, examined, changed, bytes, findings);
    }

    /** Nothing but a change of place. */
    static JobStep to(String checkpoint) {
        return new JobStep(checkpoint, true, 0, 0, 0, List.of());
    }

    /** Nothing, and the end. */
    static JobStep end(String checkpoint) {
        return new JobStep(checkpoint, false, 0, 0, 0, List.of());
    }
}
