package dev.consigne.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;

/**
 * Pages that an index has in order are read from that index. Of its own accord the planner takes a bucket for one of middle
 * size: where most are small, it would read all of a large one for each page and sort it.
 */
final class IndexOrder {
    /** For the rest of the transaction: nothing is sorted that can be had in order. */
    static final String SORT_NOTHING = "SET LOCAL enable_sort = off";

    private IndexOrder() {}

    /** @param connection in a transaction */
    static Uni<RowSet<Row>> read(SqlConnection connection, Statement statement) {
        return connection
                .query(SORT_NOTHING)
                .execute()
                .chain(() -> connection
                        .preparedQuery(statement.sql())
                        .execute(statement.binds().tuple()));
    }
}
