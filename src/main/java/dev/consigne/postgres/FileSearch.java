package dev.consigne.postgres;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FilePage;
import dev.consigne.file.Filter;
import dev.consigne.file.FilterField.Member;
import dev.consigne.file.FilterTerm;
import dev.consigne.file.ListQuery;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One search. It takes no chances with guesses at how many files meet a term, but looks, in bounded steps:
 *
 * <ol>
 *   <li>If a field's terms leave {@value #FEW_AT_ONCE} files at most, these and no others.
 *   <li>The next files in order, {@value #WALKED} at most: where many meet the filter, they fill the page at once.
 *   <li>How many files each term leaves, counted in its index up to {@value #FEW}. If one leaves few, they are all looked at.
 *   <li>Otherwise the parts of names in their index, or the next {@value #WALKED_AT_LAST} files in order.
 * </ol>
 */
final class FileSearch {
    /** So few that counting them costs less than a walk. */
    private static final int FEW_AT_ONCE = 6_000;

    private static final int WALKED = 1_000;
    private static final int FEW = 20_000;
    private static final int WALKED_AT_LAST = 300_000;

    /**
     * Each statement is written for one way through the indexes. Plans for unknown values, compilation, helpers, joins by
     * whole tables and sorting what an index has in order would only be taken by mistake.
     */
    private static final String TERMS = """
            SET LOCAL statement_timeout = %d; SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL jit = off;
            SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
            SET LOCAL max_parallel_workers_per_gather = 0;
            """ + IndexOrder.SORT_NOTHING;

    /** For what no index has in order; it is few. */
    static final String SORTING = "SET LOCAL enable_sort = on";

    private final SqlConnection connection;
    private final ListQuery query;
    private final Duration timeout;
    private final List<TermSql> terms;
    private final PageOrder order;

    FileSearch(SqlConnection connection, ListQuery query, Duration timeout) {
        this.connection = connection;
        this.query = query;
        this.timeout = timeout;
        this.terms = filterTerms().map(TermSql::new).toList();
        this.order = new PageOrder(query.sort());
    }

    Uni<FilePage> page() {
        return connection
                .query(terms(timeout))
                .execute()
                .chain(this::bucket)
                .chain(this::search)
                .map(rows -> PgListing.page(rows, query))
                .onFailure(failure -> PgErrors.sqlState(failure).equals(PgErrors.QUERY_CANCELED))
                .transform(this::tooBroad);
    }

    /** What the transaction of a search begins with. */
    static String terms(Duration timeout) {
        return TERMS.formatted(timeout.toMillis());
    }

    private Uni<Long> bucket() {
        return connection
                .preparedQuery("SELECT id, searchable FROM bucket WHERE name = $1")
                .execute(Tuple.of(query.bucket().value()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw PgFileCatalog.noBucket(query.bucket());
                    }
                    Row row = rows.iterator().next();
                    requireSearchable(List.of(row.getArrayOfStrings("searchable")));
                    return row.getLong("id");
                });
    }

    private Uni<RowSet<Row>> search(long bucket) {
        SearchStatements statements = new SearchStatements(query, terms, order, bucket);
        if (statements.isOneIndexInOrder()) {
            return walk(statements);
        }
        return statements
                .few(FEW_AT_ONCE)
                .map(counts -> run(counts)
                        .chain(rows -> fewest(rows.iterator().next(), 0, FEW_AT_ONCE)
                                .map(choice -> sorting(statements.of(choice, FEW)))
                                .orElseGet(() -> walk(statements))))
                .orElseGet(() -> walk(statements));
    }

    private Uni<RowSet<Row>> walk(SearchStatements statements) {
        return run(statements.walk(WALKED))
                .chain(found -> isFull(found)
                        ? Uni.createFrom().item(found)
                        : run(statements.count(WALKED, FEW)).chain(counts -> narrow(statements, counts, found)));
    }

    /** The first number is that of the files that can be walked over, the others are those of the terms. */
    private Uni<RowSet<Row>> narrow(SearchStatements statements, RowSet<Row> counts, RowSet<Row> found) {
        Row row = counts.iterator().next();
        if (row.getLong(0) <= WALKED) {
            return Uni.createFrom().item(found); // they were all walked over
        }
        return fewest(row, 1, FEW)
                .map(choice -> sorting(statements.of(choice, FEW)))
                .orElseGet(() -> statements
                        .parts()
                        .map(this::sorting)
                        .orElseGet(() -> run(statements.walk(WALKED_AT_LAST))
                                .call(last -> isFull(last) ? Uni.createFrom().voidItem() : requireAll(statements))));
    }

    /** The choice that leaves the fewest files, if these are few; the numbers of the choices begin at the column. */
    private static Optional<Integer> fewest(Row counts, int column, int few) {
        return IntStream.range(column, counts.size())
                .boxed()
                .filter(i -> counts.getLong(i) <= few)
                .min(Comparator.comparing(counts::getLong))
                .map(i -> i - column);
    }

    private boolean isFull(RowSet<Row> found) {
        return found.size() > query.limit();
    }

    /** Fails if there are files that were not walked over. */
    private Uni<Void> requireAll(SearchStatements statements) {
        return run(statements.countInOrder(WALKED_AT_LAST))
                .invoke(counts -> {
                    if (counts.iterator().next().getLong(0) > WALKED_AT_LAST) {
                        throw tooBroad(null);
                    }
                })
                .replaceWithVoid();
    }

    private Uni<RowSet<Row>> sorting(Statement statement) {
        return connection.query(SORTING).execute().chain(() -> run(statement));
    }

    private Uni<RowSet<Row>> run(Statement statement) {
        return connection
                .preparedQuery(statement.sql())
                .execute(statement.binds().tuple());
    }

    private void requireSearchable(List<String> declared) {
        filterTerms()
                .map(term -> term.field() instanceof Member member ? member.path() : "")
                .filter(path -> !path.isEmpty() && !declared.contains(path))
                .findFirst()
                .ifPresent(path -> {
                    throw new ServiceException(
                                    ErrorCode.FIELD_NOT_SEARCHABLE,
                                    "The bucket does not declare metadata." + path
                                            + " in searchableMetadata. It declares: "
                                            + (declared.isEmpty() ? "nothing" : String.join(", ", declared)) + ".")
                            .with("field", "metadata." + path)
                            .with("searchable", declared);
                });
    }

    private Stream<FilterTerm> filterTerms() {
        return query.filter().map(Filter::terms).orElse(List.of()).stream();
    }

    private ServiceException tooBroad(@Nullable Throwable failure) {
        return new ServiceException(
                ErrorCode.SEARCH_TOO_BROAD,
                "The search would have to look at too many files. Add a term that few files meet: a tag, a"
                        + " declared member of the metadata, a shorter range of lengths or times, a longer prefix; or sort"
                        + " by name.",
                failure);
    }
}
