package dev.consigne.postgres;

/**
 * How new the schema must be for this code. A newer one will do as well, since migrations only add: so the code of the
 * version before runs beside this one, and again if this one is taken back (docs/operations/upgrade.md).
 */
final class SchemaVersion {
    /** That of the newest migration in {@code db/migration}. */
    static final int NEEDED = 13;

    private static final String MIGRATE =
            ": run the migration first (QUARKUS_FLYWAY_MIGRATE_AT_START=true QUARKUS_INIT_AND_EXIT=true)";
    private static final String NO_TABLE = "42P01";
    private static final String NO_FUNCTION = "42883";

    private SchemaVersion() {}

    /** Throws, for the operator to read, if the schema is older than this code. */
    static void require(int found) {
        if (found < NEEDED) {
            throw new IllegalStateException(
                    "the schema is at version " + found + " and this code needs " + NEEDED + MIGRATE);
        }
    }

    /** @param failure of the question for the version, which schemas before version 13 do not understand */
    static Throwable ofQuestion(Throwable failure) {
        return switch (PgErrors.sqlState(failure)) {
            case NO_TABLE -> new IllegalStateException("the database has no Consigne schema" + MIGRATE, failure);
            case NO_FUNCTION ->
                new IllegalStateException(
                        "the schema is older than version 13 and this code needs " + NEEDED + MIGRATE, failure);
            default -> failure;
        };
    }
}
