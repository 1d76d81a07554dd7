package dev.consigne.startup;

/** What the end of the process says to whoever started it. */
enum ExitCode {
    /** The job came to its end and found nothing wrong. */
    SOUND(0),
    /** The job came to its end and found something wrong, mended or not. */
    FINDINGS(1),
    /** The arguments are not understood; nothing was done. */
    USAGE(2),
    /** The stores could not be reached, or do not belong together; nothing was done. */
    NO_STORES(3),
    /** The job runs elsewhere, is held, failed, was stopped, or the process could not start. */
    UNFINISHED(4);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
