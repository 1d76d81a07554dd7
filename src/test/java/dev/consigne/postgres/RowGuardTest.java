package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.consigne.file.FileRecord;
import dev.consigne.job.GarbageCatalog;
import dev.consigne.testing.CatalogRows;
import dev.consigne.testing.StoreAddresses;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgException;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of files and contents against people in a hurry, and contents against the service itself. */
@QuarkusTest
class RowGuardTest extends WithCatalog {
    private static final String DELETE_FILE = "DELETE FROM file WHERE id = $1";
    private static final String DELETE_CONTENT = "DELETE FROM content WHERE id = $1";
    private static final String REFUSED = "23001";

    @Inject
    Vertx vertx;

    @Inject
    GarbageCatalog garbage;

    /** As who owns the tables, from a session that says nothing of itself. */
    private CatalogRows person;

    private Pool personal;
    private FileRecord file;
    private UUID fileId;
    private UUID contentId;

    @BeforeEach
    void storeAFile() {
        personal = StoreAddresses.pool(vertx, StoreAddresses.connection(), 1);
        person = new CatalogRows(personal);
        file = stored("a");
        fileId = file.id().value();
        contentId = file.content().contentId().value();
    }

    @AfterEach
    void close() {
        await(personal.close());
    }

    @Test
    void theServiceSaysWhoItIs() {
        assertThat(rows.query("SELECT current_setting('consigne.writer')"))
                .extracting(row -> row.getString(0))
                .containsExactly("on");
    }

    @Test
    void aPersonDeletesNoFileAndIsToldWhatToDo() {
        PgException refusal = refused(() -> person.change(DELETE_FILE, fileId));

        assertThat(refusal.getSqlState()).isEqualTo(REFUSED);
        assertThat(refusal.getErrorMessage()).contains("file " + fileId, "by hand");
        assertThat(refusal.getDetail()).contains("chunks");
        assertThat(refusal.getHint()).contains("DELETE /api/v1/buckets/{bucket}/content/{name}");
        assertThat(await(catalog.find(file.id()))).contains(file);
    }

    @Test
    void aPersonDeletesAFileAfterSayingThatSheWrites() {
        person.change("SET consigne.writer = 'on'");

        assertThat(person.change(DELETE_FILE, fileId)).isEqualTo(1);
    }

    @Test
    void replicasOfTheVersionBeforeStillDelete() {
        person.change("SET application_name = 'consigne'");

        assertThat(person.change(DELETE_FILE, fileId)).isEqualTo(1);
    }

    @Test
    void nobodyDeletesAContentThatIsNotPurgedNotEvenTheService() {
        await(catalog.delete(file, RETENTION));

        PgException ofService = refused(() -> rows.change(DELETE_CONTENT, contentId));
        PgException ofPerson = refused(() -> person.change(DELETE_CONTENT, contentId));

        assertThat(List.of(ofService, ofPerson)).allSatisfy(refusal -> {
            assertThat(refusal.getSqlState()).isEqualTo(REFUSED);
            assertThat(refusal.getErrorMessage()).contains("content " + contentId + " is TOMBSTONED");
            assertThat(refusal.getDetail()).contains("MongoDB");
            assertThat(refusal.getHint()).contains("through the API");
        });
        assertThat(rows.state(file.content().contentId())).isEqualTo("TOMBSTONED");
    }

    @Test
    void theServiceAloneDeletesWhatIsPurged() {
        purge();

        assertThat(refused(() -> person.change(DELETE_CONTENT, contentId)).getSqlState())
                .isEqualTo(REFUSED);

        assertThat(rows.change(DELETE_CONTENT, contentId)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRUNCATE content CASCADE", "TRUNCATE file", "TRUNCATE bucket CASCADE"})
    void nobodyTruncates(String statement) {
        assertThat(refused(() -> rows.change(statement)).getSqlState()).isEqualTo(REFUSED);
        assertThat(refused(() -> rows.repair(statement)).getHint()).contains("through the API");

        assertThat(await(catalog.find(file.id()))).contains(file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "length = length + 1",
                "length = NULL",
                "sha256 = sha256('other')",
                "crc32c = 7",
                "crc32c = NULL",
                "chunk_size = chunk_size * 2",
                "chunk_count = chunk_count - 1",
                "committed_at = NULL",
                "id = gen_random_uuid()"
            })
    void nobodyChangesWhatAPublishedContentIs(String change) {
        // Given a content that no file refers to any more, so that no other rule is in the way
        await(catalog.delete(file, RETENTION));
        purge();

        // When
        PgException refusal = refused(() -> rows.change("UPDATE content SET " + change + " WHERE id = $1", contentId));

        // Then
        assertThat(refusal.getSqlState()).isEqualTo("23514");
        assertThat(refusal.getErrorMessage()).contains("content " + contentId, "must not change");
        assertThat(refusal.getHint()).contains("through the API");
    }

    @Test
    void theIdOfAnUploadThatRunsDoesNotChangeEither() {
        UUID pending = begin("b").contentId().value();

        assertThat(refused(() -> rows.change("UPDATE content SET id = gen_random_uuid() WHERE id = $1", pending))
                        .getErrorMessage())
                .contains("must not change");
    }

    @Test
    void repairGoesRoundTheGuardsButNotRoundTheReferences() {
        assertThat(rows.repair("UPDATE content SET crc32c = 7, state = 'SUSPECT' WHERE id = $1", contentId))
                .isEqualTo(1);
        assertThat(refused(() -> rows.repair(DELETE_CONTENT, contentId)).getSqlState())
                .isEqualTo(PgErrors.FOREIGN_KEY_VIOLATION);

        assertThat(rows.repair(DELETE_FILE, fileId)).isEqualTo(1);
        assertThat(rows.repair(DELETE_CONTENT, contentId)).isEqualTo(1);
    }

    @Test
    void aSearchPathOfTheCallersDoesNotGetRoundTheGuards() {
        person.change("CREATE SCHEMA IF NOT EXISTS elsewhere");
        person.change("""
                CREATE OR REPLACE FUNCTION elsewhere.catalog_repair() RETURNS boolean LANGUAGE sql
                AS 'SELECT true'
                """);
        person.change("SET search_path = elsewhere, public");

        assertThat(refused(() -> person.change(DELETE_FILE, fileId)).getSqlState())
                .isEqualTo(REFUSED);
        person.change("DROP SCHEMA elsewhere CASCADE");
    }

    @Test
    void nothingThatAFileHasIsRemoved() {
        rows.change("UPDATE content SET state = 'TOMBSTONED' WHERE id = $1", contentId);

        PgException refusal =
                refused(() -> rows.change("UPDATE content SET state = 'PURGING' WHERE id = $1", contentId));

        assertThat(refusal.getSqlState()).isEqualTo(REFUSED);
        assertThat(refusal.getErrorMessage()).contains("must not be removed: a file has it");
        rows.repair("UPDATE content SET state = 'LIVE' WHERE id = $1", contentId);
    }

    /** All the way, as the collector goes it. */
    private void purge() {
        rows.change("UPDATE content SET state = 'TOMBSTONED' WHERE id = $1 AND state = 'LIVE'", contentId);
        rows.repair(DELETE_FILE, fileId);
        rows.change("UPDATE content SET state = 'PURGING' WHERE id = $1", contentId);
        rows.change("UPDATE content SET state = 'PURGED' WHERE id = $1", contentId);
    }

    private static PgException refused(ThrowingCallable call) {
        return assertThatExceptionOfType(PgException.class).isThrownBy(call).actual();
    }
}
