package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The old code works on the new schema: what is said of every migration, and what is refused in one. */
class MigrationRulesTest {
    private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");
    private static final Path NEXT = Path.of("src/test/resources/db/next");
    private static final Pattern NAME = Pattern.compile("V(\\d+)__\\w+\\.sql");

    /** Nobody ran a version with an older schema. */
    private static final int BASELINE = 12;

    static Stream<Path> migrations() throws IOException {
        try (Stream<Path> own = Files.list(MIGRATIONS);
                Stream<Path> next = Files.list(NEXT)) {
            return Stream.concat(own, next).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("migrations")
    void letsTheCodeBeforeItRunOn(Path migration) throws IOException {
        int version = version(migration);
        if (version > BASELINE) {
            assertThat(MigrationRules.violations(version, Files.readString(migration)))
                    .isEmpty();
        }
    }

    @Test
    void areNumberedWithoutAGapAndTheNewestIsWhatTheCodeNeeds() throws IOException {
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            assertThat(files.map(MigrationRulesTest::version).sorted().toList())
                    .isEqualTo(IntStream.rangeClosed(1, SchemaVersion.NEEDED)
                            .boxed()
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE file DROP COLUMN made_by",
                "ALTER TABLE IF EXISTS ONLY file DROP made_by",
                "ALTER TABLE file ADD COLUMN note text, DROP COLUMN IF EXISTS made_by",
                "alter table file\n  drop /* for good */ column made_by",
                "ALTER TABLE file RENAME COLUMN made_by TO source",
                "ALTER TABLE file RENAME made_by TO source",
                "ALTER TABLE file RENAME TO document",
                "ALTER VIEW file_current RENAME TO files",
                "ALTER TYPE mood RENAME VALUE 'a' TO 'b'",
                "ALTER TABLE file SET SCHEMA old",
                "ALTER TABLE file ALTER COLUMN generation TYPE int",
                "ALTER TABLE file ALTER generation SET DATA TYPE numeric(10, 2)",
                "ALTER TABLE file ALTER COLUMN made_by SET NOT NULL",
                "ALTER TABLE file ALTER COLUMN name DROP NOT NULL",
                "ALTER TABLE file ALTER COLUMN generation DROP DEFAULT",
                "ALTER TABLE file ADD COLUMN note text NOT NULL",
                "ALTER TABLE file ADD note text NOT NULL CHECK (note <> '')",
                "ALTER TABLE file ADD CONSTRAINT short CHECK (length(name) < 10)",
                "ALTER TABLE file ADD CHECK (length(name) < 10)",
                "ALTER TABLE file ADD UNIQUE (made_by)",
                "ALTER TABLE file DROP CONSTRAINT file_pkey",
                "CREATE UNIQUE INDEX one ON file (made_by)",
                "DROP TABLE outbox",
                "DROP TABLE IF EXISTS outbox CASCADE",
                "DROP VIEW file_current",
                "DROP INDEX CONCURRENTLY file_name_parts",
                "DROP FUNCTION catalog_now()",
                "DROP TRIGGER file_delete ON file",
                "DROP SCHEMA old CASCADE",
                "TRUNCATE outbox",
                "REVOKE SELECT ON file FROM consigne_service",
                "DO $$ BEGIN ALTER TABLE file DROP COLUMN made_by; END $$",
                "DO $x$ BEGIN EXECUTE 'DROP TABLE outbox'; END $x$",
                "DO LANGUAGE plpgsql $$ BEGIN DROP TABLE outbox; END $$"
            })
    void refusesWhatTheCodeBeforeItWouldStumbleOver(String statement) {
        assertThat(violations(statement)).isNotEmpty();
        assertThat(violations("SELECT 1; " + statement + "; SELECT 2;")).isNotEmpty();
        assertThat(violations("-- unused since V99: a later one cannot be known\n" + statement))
                .isNotEmpty();
        assertThat(violations("-- unused since V13:\n" + statement)).isNotEmpty();
        assertThat(violations("-- unused since V13: of another statement\nSELECT 1;\n" + statement))
                .isNotEmpty();

        assertThat(violations("-- unused since V13: nothing reads or writes it\n" + statement))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE a (b int NOT NULL); ALTER TABLE a DROP COLUMN b; CREATE UNIQUE INDEX c ON a (b)",
                "ALTER TABLE file ADD COLUMN note text, ADD COLUMN often int NOT NULL DEFAULT 0",
                "ALTER TABLE file ADD COLUMN twice bigint NOT NULL GENERATED ALWAYS AS (generation * 2) STORED",
                "ALTER TABLE file ADD COLUMN note text CHECK (note <> 'drop table, not null')",
                "ALTER TABLE file ALTER COLUMN generation SET DEFAULT 1",
                "ALTER TABLE outbox DROP CONSTRAINT a; ALTER TABLE outbox ADD CONSTRAINT a CHECK (event <> '')",
                "DROP INDEX a; CREATE INDEX a ON file (name)",
                "CREATE INDEX a ON file (name)",
                "COMMENT ON COLUMN file.name IS 'DROP TABLE file; it''s a word'",
                "-- DROP TABLE file;\nSELECT 1 /* TRUNCATE file */",
                "COMMENT ON COLUMN file.name IS E'it\\'s; DROP TABLE file'",
                "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE file; END $$",
                "UPDATE file SET made_by = NULL",
                "SELECT consigne_grant()"
            })
    void takesWhatAdds(String statements) {
        assertThat(violations(statements)).isEmpty();
    }

    private static List<String> violations(String script) {
        return MigrationRules.violations(14, script);
    }

    private static int version(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        assertThat(name.matches()).as("%s", file).isTrue();
        return Integer.parseInt(name.group(1));
    }
}
