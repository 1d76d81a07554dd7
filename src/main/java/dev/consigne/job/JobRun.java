package dev.consigne.job;

/**
 * A run that this process holds the lease of.
 *
 * @param run its number; stays when another process goes on with it
 * @param fence as long as it stands in the job's row, the run is ours
 * @param checkpoint where to go on, empty at the beginning
 * @param examined contents looked at so far
 */
public record JobRun(JobName name, long run, long fence, JobOrder order, String checkpoint, long examined) {
    /** Whether it was begun before and left in the middle. */
    public boolean goesOn() {
        return !checkpoint.isEmpty();
    }

    JobRun after(JobStep step) {
        return new JobRun(name, run, fence, order, step.checkpoint(), examined + step.examined());
    }
}
