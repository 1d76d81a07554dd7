package dev.consigne.postgres;

import dev.consigne.job.StoreMarks;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The catalog's half of the crosswise marks. */
@ApplicationScoped
class PgStoreMarks implements StoreMarks.OfCatalog {
    private final PgStore store;

    PgStoreMarks(PgStore store) {
        this.store = store;
    }

    @Override
    public Uni<StoreMarks.Marks> read() {
        return store.query("SELECT mark, mongo_mark, held, catalog_now() AS now FROM store_identity", Tuple.tuple())
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return new StoreMarks.Marks(
                            row.getLong("mark"),
                            row.getLong("mongo_mark"),
                            Optional.ofNullable(row.getString("held")),
                            row.getOffsetDateTime("now").toInstant());
                });
    }

    /** If its answer is lost a number is left out, which does no harm. */
    @Override
    public Uni<Long> begin() {
        return store.query("UPDATE store_identity SET mark = mark + 1 RETURNING mark", Tuple.tuple())
                .map(rows -> rows.iterator().next().getLong("mark"));
    }

    @Override
    public Uni<Void> done(long number) {
        return store.query("UPDATE store_identity SET mongo_mark = greatest(mongo_mark, $1)", Tuple.of(number))
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> hold(String reason) {
        return store.query(
                        "UPDATE store_identity SET held = $1, held_since = catalog_now() WHERE held IS NULL",
                        Tuple.of(reason))
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> release() {
        return store.query("UPDATE store_identity SET held = NULL, held_since = NULL", Tuple.tuple())
                .replaceWithVoid();
    }
}
