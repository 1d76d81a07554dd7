package dev.consigne.client.streams;

import java.io.IOException;

/** The bytes that came are not those that were stored. */
public final class DigestMismatchException extends IOException {
    DigestMismatchException() {
        super("The bytes that came are not those that were stored.");
    }
}
