package dev.consigne.memory;

/**
 * Whoever asks for transfers, as far as memory is shared out fairly among those who do.
 *
 * @param name tells one from another, and means nothing else
 */
public record Caller(String name) {
    /** All of whom it is not known who they are: they share as one. */
    public static final Caller UNKNOWN = new Caller("");
}
