package dev.consigne.postgres;

import dev.consigne.startup.StoreIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;

/** The catalog's mark, made by its first migration, of a schema that is new enough for this code. */
@ApplicationScoped
class PgStoreIdentity implements StoreIdentity.OfCatalog {
    private final PgStore store;

    PgStoreIdentity(PgStore store) {
        this.store = store;
    }

    @Override
    public Uni<StoreIdentity.Catalog> read() {
        return store.query("""
                        SELECT store_id, cursor_secret, consigne_schema_version() AS schema_version,
                               EXISTS (SELECT FROM content WHERE committed_at IS NOT NULL) AS has_contents
                        FROM store_identity
                        """, Tuple.tuple())
                .onFailure()
                .transform(SchemaVersion::ofQuestion)
                .map(rows -> rows.iterator().next())
                .invoke(row -> SchemaVersion.require(row.getInteger("schema_version")))
                .map(PgStoreIdentity::identity);
    }

    private static StoreIdentity.Catalog identity(Row row) {
        return new StoreIdentity.Catalog(
                row.getUUID("store_id"),
                row.getBoolean("has_contents"),
                row.getBuffer("cursor_secret").getBytes());
    }
}
