package dev.consigne.file;

/**
 * A file whose bytes become a part of another.
 *
 * @param preconditions about its content; what it is when the composition begins is what is read
 */
public record CompositionPart(FileId id, Preconditions preconditions) {}
