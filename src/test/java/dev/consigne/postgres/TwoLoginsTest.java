package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.consigne.file.FileCatalog;
import dev.consigne.file.FileConfig;
import dev.consigne.file.FileMeters;
import dev.consigne.file.FileRecord;
import dev.consigne.file.PendingContent;
import dev.consigne.file.SearchConfig;
import dev.consigne.testing.CatalogRows;
import dev.consigne.testing.Samples;
import dev.consigne.testing.StoreAddresses;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import jakarta.inject.Inject;
import java.util.OptionalLong;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database as docs/operations.md has it made: one plain login migrates and owns it, another serves from it. */
@QuarkusTest
class TwoLoginsTest extends WithCatalog {
    @Inject
    Vertx vertx;

    @Inject
    FileConfig fileConfig;

    @Inject
    SearchConfig searchConfig;

    @Inject
    PgConfig pgConfig;

    private final String database = "d-" + UUID.randomUUID();
    private final String migrator = "m-" + UUID.randomUUID();
    private final String app = "a-" + UUID.randomUUID();
    private final String password = UUID.randomUUID().toString();
    private Pool ofMigrator;
    private Pool ofApp;
    private CatalogRows owned;

    @BeforeEach
    void makeAndMigrateTheDatabase() {
        rows.change("CREATE ROLE \"" + migrator + "\" LOGIN PASSWORD '" + password + "'");
        rows.change("CREATE ROLE \"" + app + "\" LOGIN PASSWORD '" + password + "' IN ROLE consigne_service");
        rows.change("CREATE DATABASE \"" + database + "\" OWNER \"" + migrator + "\"");
        rows.change("REVOKE CREATE, TEMPORARY ON DATABASE \"" + database + "\" FROM PUBLIC");
        PgConnectOptions postgres = StoreAddresses.connection();
        Flyway.configure()
                .dataSource(
                        "jdbc:postgresql://" + postgres.getHost() + ":" + postgres.getPort() + "/" + database,
                        migrator,
                        password)
                .load()
                .migrate();
        ofMigrator = StoreAddresses.pool(vertx, as(migrator), 1);
        ofApp = StoreAddresses.pool(vertx, as(app).addProperty("consigne.writer", "on"), 2);
        owned = new CatalogRows(ofMigrator);
    }

    @AfterEach
    void dropTheDatabase() {
        await(ofMigrator.close());
        await(ofApp.close());
        rows.change("DROP DATABASE \"" + database + "\" WITH (FORCE)");
        rows.change("DROP ROLE \"" + migrator + "\"");
        rows.change("DROP ROLE \"" + app + "\"");
    }

    @Test
    void oneServesWhatTheOtherOwns() {
        // Given
        PgStore store = new PgStore(ofApp, pgConfig, FileMeters.NOOP);
        FileCatalog served = new PgFileCatalog(store, fileConfig, searchConfig);
        await(new PgBucketCatalog(store).put(bucket, OptionalLong.empty()));

        // When
        FileRecord file = publish(served);
        FileRecord replaced = publish(served);
        boolean deleted = await(served.delete(replaced, RETENTION));

        // Then
        assertThat(deleted).isTrue();
        assertThat(owned.state(file.content().contentId())).isEqualTo("TOMBSTONED");
        assertThat(owned.state(replaced.content().contentId())).isEqualTo("TOMBSTONED");
    }

    @Test
    void theOneThatServesSeesThatTheSchemaIsNewEnough() {
        PgStoreIdentity identity = new PgStoreIdentity(new PgStore(ofApp, pgConfig, FileMeters.NOOP));

        assertThat(await(identity.read()).hasContents()).isFalse();

        owned.change("UPDATE flyway_schema_history SET version = '1' WHERE version = '" + SchemaVersion.NEEDED + "'");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> await(identity.read()))
                .withMessageContaining("the schema is at version " + (SchemaVersion.NEEDED - 1)
                        + " and this code needs " + SchemaVersion.NEEDED + ": run the migration first");
    }

    @Test
    void theOwnerRepairsAndTheOtherCannot() {
        // Given
        PgStore store = new PgStore(ofApp, pgConfig, FileMeters.NOOP);
        await(new PgBucketCatalog(store).put(bucket, OptionalLong.empty()));
        UUID content = publish(new PgFileCatalog(store, fileConfig, searchConfig))
                .content()
                .contentId()
                .value();
        String mend = "UPDATE content SET state = 'SUSPECT' WHERE id = $1";

        // When
        assertThatExceptionOfType(PgException.class)
                .isThrownBy(() -> new CatalogRows(ofApp).repair(mend, content))
                .satisfies(refusal -> assertThat(refusal.getSqlState()).isEqualTo("23514"));
        int mended = owned.repair(mend, content);

        // Then
        assertThat(mended).isEqualTo(1);
    }

    private FileRecord publish(FileCatalog served) {
        PendingContent pending =
                began(await(served.begin(Samples.upload(bucket, "a"), Samples.newContent(), CHUNK, 16, 1L << 40)));
        return await(served.publish(
                pending, content(pending, 100), Samples.upload(bucket, "a"), Samples.newFile(), RETENTION));
    }

    private PgConnectOptions as(String login) {
        return StoreAddresses.connection().setDatabase(database).setUser(login).setPassword(password);
    }
}
