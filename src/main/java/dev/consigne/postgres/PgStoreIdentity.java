package dev.consigne.postgres;

import dev.consigne.startup.StoreIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;

/** The catalog's mark, made by its first migration. */
@ApplicationScoped
class PgStoreIdentity implements StoreIdentity.OfCatalog {
    private final PgStore store;

    PgStoreIdentity(PgStore store) {
        this.store = store;
    }

    @Override
    public Uni<StoreIdentity.Catalog> read() {
        return store.query("""
                        SELECT store_id, cursor_secret,
                               EXISTS (SELECT FROM content WHERE committed_at IS NOT NULL) AS has_contents
                        FROM store_identity
                        """, Tuple.tuple())
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return new StoreIdentity.Catalog(
                            row.getUUID("store_id"),
                            row.getBoolean("has_contents"),
                            row.getBuffer("cursor_secret").getBytes());
                })
                .onFailure(failure -> PgErrors.sqlState(failure).equals("42P01"))
                .transform(failure -> new IllegalStateException(
                        "the database has no Consigne schema: run the migration first"
                                + " (QUARKUS_FLYWAY_MIGRATE_AT_START=true QUARKUS_INIT_AND_EXIT=true)",
                        failure));
    }
}
