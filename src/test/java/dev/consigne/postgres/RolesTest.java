package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.consigne.testing.CatalogRows;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.core.Vertx;
import io.vertx.pgclient.PgException;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins that are members of one role each, and what they may not do. What the service may is in {@link ServiceLoginTest}. */
@QuarkusTest
class RolesTest extends WithCatalog {
    private static final String NOT_ALLOWED = "42501";

    private static final String TABLES = """
            FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
            WHERE n.nspname = 'public' AND t.relkind IN ('r', 'p')
            """;

    @Inject
    Vertx vertx;

    private MemberLogin ofService;
    private MemberLogin ofReader;
    private CatalogRows service;
    private CatalogRows reader;

    @BeforeEach
    void makeLogins() {
        ofService = MemberLogin.service(rows, vertx, 1);
        ofReader = MemberLogin.reader(rows, vertx);
        service = ofService.rows();
        reader = ofReader.rows();
    }

    @AfterEach
    void dropLogins() {
        ofService.close();
        ofReader.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE mine (i int)",
                "CREATE SCHEMA mine",
                "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE OR REPLACE FUNCTION catalog_now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now()'",
                "CREATE OR REPLACE FUNCTION catalog_repair() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'",
                "ALTER FUNCTION catalog_now() RENAME TO catalog_then",
                "ALTER TABLE content ADD COLUMN mine int",
                "ALTER TABLE content DISABLE TRIGGER ALL",
                "ALTER TABLE file DISABLE TRIGGER file_delete",
                "SET session_replication_role = 'replica'",
                "DROP TRIGGER file_delete ON file",
                "DROP TABLE outbox",
                "DROP VIEW file_current",
                "CREATE INDEX ON file (created_at)",
                "CREATE TRIGGER mine BEFORE DELETE ON file EXECUTE FUNCTION catalog_guard_truncate()",
                "TRUNCATE content CASCADE",
                "TRUNCATE file",
                "TRUNCATE outbox",
                "CREATE ROLE mine",
                "SELECT consigne_grant()",
                "UPDATE store_identity SET store_id = gen_random_uuid()",
                "UPDATE store_identity SET cursor_secret = decode('00', 'hex')",
                "DELETE FROM store_identity",
                "UPDATE outbox SET event = 'file.stored'",
                "SELECT * FROM flyway_schema_history",
                "DELETE FROM flyway_schema_history",
                "COPY file TO PROGRAM 'cat'"
            })
    void theServiceLoginCanDoNothingElse(String statement) {
        assertNotAllowed(service, statement);
    }

    @Test
    void theServiceLoginHasItsRightsOnEveryTableAndNoFurtherOnes() {
        assertThat(tablesWithAll("SELECT", "INSERT", "UPDATE", "DELETE"))
                .contains("bucket", "content", "file")
                .doesNotContain("outbox", "store_identity", "flyway_schema_history");
        assertThat(tablesWithAll("SELECT"))
                .as("a migration that makes a table ends with SELECT consigne_grant()")
                .containsExactlyInAnyOrderElementsOf(tables(" AND t.relname <> 'flyway_schema_history'"));
        assertThat(List.of("TRUNCATE", "REFERENCES", "TRIGGER", "SELECT WITH GRANT OPTION"))
                .allSatisfy(right -> assertThat(tablesWithAll(right)).isEmpty());
    }

    private List<String> tablesWithAll(String... rights) {
        return tables(Stream.of(rights)
                .map(right -> " AND has_table_privilege('" + ofService.name() + "', t.oid, '" + right + "')")
                .collect(Collectors.joining()));
    }

    private List<String> tables(String condition) {
        return rows.query("SELECT t.relname " + TABLES + condition).stream()
                .map(row -> row.getString(0))
                .toList();
    }

    @Test
    void theServiceLoginIsStoppedByTheGuardsUnlessItSaysThatItIsTheService() {
        UUID file = stored("a").id().value();
        service.change("SET consigne.writer = 'off'");

        assertRefused(service, "DELETE FROM file WHERE id = '" + file + "'", "23001");

        service.change("SET consigne.writer = 'on'");
        assertThat(service.change("DELETE FROM file WHERE id = $1", file)).isEqualTo(1);
    }

    @Test
    void theServiceLoginCannotGoRoundTheGuards() {
        UUID content = stored("a").content().contentId().value();
        service.change("SET consigne.writer = 'repair'");

        assertRefused(service, "UPDATE content SET state = 'PURGED' WHERE id = '" + content + "'", "23514");
        assertRefused(service, "UPDATE content SET crc32c = 1 WHERE id = '" + content + "'", "23514");
        assertRefused(service, "DELETE FROM content WHERE id = '" + content + "'", "23001");
        assertRefused(service, "DELETE FROM file WHERE content_id = '" + content + "'", "23001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file_current", "bucket_usage", "content_by_state"})
    void theReaderLoginReadsTheViews(String view) {
        stored("a");

        assertThat(reader.query("SELECT * FROM " + view)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM file",
                "SELECT * FROM content",
                "SELECT * FROM bucket",
                "SELECT * FROM outbox",
                "SELECT cursor_secret FROM store_identity",
                "SELECT * FROM flyway_schema_history",
                "INSERT INTO bucket (name) VALUES ('mine')",
                "UPDATE content SET state = 'LIVE'",
                "DELETE FROM file",
                "TRUNCATE file",
                "CREATE TABLE mine (i int)",
                "SET ROLE consigne_service"
            })
    void theReaderLoginCanDoNothingElse(String statement) {
        assertNotAllowed(reader, statement);
    }

    @Test
    void grantsAgainAfterTheRolesWereMadeAnew() {
        rows.change("REVOKE ALL ON file, content, file_current FROM consigne_service, consigne_reader");
        assertNotAllowed(service, "SELECT * FROM file");
        assertNotAllowed(reader, "SELECT * FROM file_current");

        rows.query("SELECT consigne_grant()");

        service.query("SELECT * FROM file LIMIT 1");
        reader.query("SELECT * FROM file_current LIMIT 1");
    }

    private static void assertNotAllowed(CatalogRows login, String statement) {
        assertRefused(login, statement, NOT_ALLOWED);
    }

    private static void assertRefused(CatalogRows login, String statement, String sqlState) {
        assertThatExceptionOfType(PgException.class)
                .isThrownBy(() -> login.change(statement))
                .satisfies(refusal -> assertThat(refusal.getSqlState()).isEqualTo(sqlState));
    }
}
