package dev.consigne.testing;

/** By what a publish is recognised in what goes to PostgreSQL. */
public final class PublishOnTheWire {
    /** The end of the transaction that replaces a file, or stores it under a key or in a bucket with a quota. */
    public static final String COMMIT = "COMMIT\0";

    /** A parameter of the one statement that stores any other: its event. */
    public static final String NEW_FILE = "\"fileId\":";

    private PublishOnTheWire() {}
}
