package dev.consigne.job;

/**
 * How a job is to be run.
 *
 * @param mode whether it may change anything
 * @param deep whether every byte is read, for the jobs that leave the choice
 */
public record JobOrder(Mode mode, boolean deep) {
    /** What a run may do. */
    public enum Mode {
        /** Looks and tells; changes nothing but its own status. */
        REPORT,
        /** Mends and removes what can be without a guess. */
        REPAIR
    }

    public static final JobOrder REPORT = new JobOrder(Mode.REPORT, false);
    public static final JobOrder REPAIR = new JobOrder(Mode.REPAIR, false);

    public boolean repairs() {
        return mode == Mode.REPAIR;
    }
}
