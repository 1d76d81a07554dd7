package dev.consigne.file;

import java.time.Instant;

/**
 * What a representation is told apart by (RFC 9110, section 8.8).
 *
 * @param entityTag strong, with its quotes
 * @param lastModified what HTTP dates are compared with, in whole seconds
 */
public record Validators(String entityTag, Instant lastModified) {}
