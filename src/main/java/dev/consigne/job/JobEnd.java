package dev.consigne.job;

/** How a run ended. */
public enum JobEnd {
    DONE,
    /** A store failed; the next run goes on. */
    FAILED,
    /** It must not go on until somebody has looked. */
    HELD,
    /** It was asked to. */
    STOPPED,
    /** Another process has it. */
    LOST
}
