package dev.consigne.bulk;

import dev.consigne.file.FileId;

/**
 * A file that could not be changed.
 *
 * @param code the error's stable code
 */
public record BulkFailure(FileId file, String code) {}
