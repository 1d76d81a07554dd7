package dev.consigne.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.embedded.StorePair;
import dev.consigne.file.BucketName;
import dev.consigne.file.FileCatalog;
import dev.consigne.file.FilePage;
import dev.consigne.file.Filter;
import dev.consigne.file.ListQuery;
import dev.consigne.file.SortOrder;
import dev.consigne.postgres.WiredCatalog;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/**
 * How long a page takes in a large catalog: {@code ./mvnw verify -Plisting-benchmark [-Dlisting.files=10000000]}. The times
 * are those of the client: connection, statements, rows as records; one request at a time, the places chosen by chance. The
 * catalog stays in {@code target/stores-listing} and is used again if it has as many files; delete it afterwards.
 */
class ListingBenchmark {
    private static final BucketName BUCKET = new BucketName(CatalogGenerator.BUCKET);
    private static final int WARM_UP = 50;
    private static final int RUNS = 400;
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final long files = Long.getLong("consigne.listing.files", 100_000);
    private final Random random = new Random(1);
    private final List<String> table = new ArrayList<>();

    @Test
    void measuresEveryKindOfPage() throws Exception {
        try (StorePair stores = StorePair.start("stores-listing")) {
            fill(stores);
            Vertx vertx = Vertx.vertx();
            Pool pool = WiredCatalog.pool(vertx.getDelegate(), connection(stores), 2, "20s");
            measure(WiredCatalog.over(pool, "20s"));
            pool.close().chain(vertx::close).await().atMost(BOUND);
        }
        table.forEach(System.out::println);
        Files.write(Path.of("target", "listing-benchmark.md"), table);
        assertThat(table).hasSizeGreaterThan(2);
    }

    private void fill(StorePair stores) throws Exception {
        Flyway flyway = Flyway.configure()
                .dataSource(
                        "jdbc:postgresql://127.0.0.1:" + stores.postgresPort() + "/consigne", "consigne", "consigne")
                .cleanDisabled(false)
                .load();
        try (Connection connection = stores.catalog()) {
            flyway.migrate();
            try (var counted = connection
                    .createStatement()
                    .executeQuery("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'file'::regclass")) {
                counted.next();
                if (Math.abs(counted.getLong(1) - files) <= files / 100) {
                    return;
                }
            }
            flyway.clean();
            flyway.migrate();
            new CatalogGenerator(connection, files).fill();
        }
    }

    private static PgConnectOptions connection(StorePair stores) {
        return new PgConnectOptions()
                .setHost("127.0.0.1")
                .setPort(stores.postgresPort())
                .setDatabase("consigne")
                .setUser("consigne")
                .setPassword("consigne")
                .setCachePreparedStatements(true);
    }

    private void measure(FileCatalog catalog) {
        for (int run = 0; run < 300; run++) {
            page(catalog, by("name", "", 1000)); // the compiler's time is not the page's
        }
        table.add("| page of " + files + " files | entries | p50 ms | p99 ms | max ms |");
        table.add("| --- | --- | --- | --- | --- |");
        Supplier<String> customer = () -> "customers/c-%05d/".formatted(random.nextLong(files) / 1000);
        time(catalog, "first page, 100", () -> by("name", "", 100));
        time(catalog, "first page, 1000", () -> by("name", "", 1000));
        pageOneThousand(catalog);
        time(catalog, "any page, 100, by cursor", () -> after(by("name", "", 100), customer.get()));
        time(catalog, "prefix, 100", () -> by("name", customer.get(), 100));
        time(catalog, "folders of the root", () -> folders("", 100));
        time(catalog, "folders, page of 1000", () -> after(folders("customers/", 1000), customer.get()));
        time(catalog, "deep prefix, folders", () -> folders(customer.get() + "2021/", 1000));
        time(catalog, "deep prefix, files of a folder", () -> folders(customer.get() + "2021/07/", 1000));
        for (String sort : List.of(
                "-name",
                "length",
                "-length",
                "createdAt",
                "-createdAt",
                "updatedAt",
                "-updatedAt",
                "mediaType",
                "-mediaType")) {
            time(catalog, "sort=" + sort + ", first page", () -> by(sort, "", 100));
        }
        time(
                catalog,
                "sort=length, any page",
                () -> after(
                        by("length", "", 100),
                        new SortOrder.Position(Integer.toString(random.nextInt(4_000_000)), "customers/c-00100")));
        filters(catalog, customer);
    }

    private void filters(FileCatalog catalog, Supplier<String> customer) {
        find(catalog, "tag, 5,000 in 10 M", () -> "tags.project = \"p-%d\"".formatted(random.nextInt(2000)));
        find(catalog, "tag of many", () -> "tags.status = \"review\"");
        find(
                catalog,
                "two tags",
                () -> "tags.status = \"final\" and tags.project = \"p-%d\"".formatted(random.nextInt(2000)));
        find(catalog, "tag of none", () -> "tags.project = \"q-%d\"".formatted(random.nextInt(2000)));
        find(
                catalog,
                "metadata, 100 in 10 M",
                () -> "metadata.author = \"author %d\"".formatted(random.nextInt(50_000)));
        find(catalog, "metadata of many, a range", () -> "metadata.year >= 2010");
        find(catalog, "metadata of many, two years", () -> "metadata.year >= 2003 and metadata.year < 2005");
        find(
                catalog,
                "metadata, the beginning of a text",
                () -> "startsWith(metadata.author, \"author 12%d\")".formatted(random.nextInt(10)));
        find(
                catalog,
                "metadata and media type",
                () -> "metadata.year = %d and mediaType = \"text/plain\"".formatted(2000 + random.nextInt(27)));
        find(catalog, "length, a narrow range", () -> {
            int from = random.nextInt(4_000_000);
            return "length >= %d and length < %d".formatted(from, from + 100);
        });
        find(
                catalog,
                "updatedAt, a day",
                () -> "updatedAt >= \"2022-03-01T00:00:00Z\" and updatedAt < \"2022-03-01T00:%02d:00Z\""
                        .formatted(1 + random.nextInt(58)));
        find(catalog, "media type of many", () -> "mediaType = \"image/tiff\"");
        find(catalog, "contains(name), many", () -> "contains(name, \"contract\")");
        find(catalog, "contains(name), one", () -> "contains(name, \"%08d-\")".formatted(random.nextLong(files)));
        find(catalog, "contains(name), none", () -> "contains(name, \"zebra %d\")".formatted(random.nextInt(1000)));
        time(
                catalog,
                "tag by -updatedAt",
                () -> search("-updatedAt", "", "tags.project = \"p-%d\"".formatted(random.nextInt(2000))));
        time(catalog, "tag of many by -length", () -> search("-length", "", "tags.status = \"draft\""));
        time(catalog, "prefix by -length", () -> by("-length", customer.get(), 100));
        time(catalog, "prefix and contains", () -> search("name", customer.get(), "contains(name, \"contract\")"));
    }

    /** By the cursors of all pages before it. */
    private void pageOneThousand(FileCatalog catalog) {
        ListQuery query = by("name", "", 100);
        for (int page = 1; page < 1000; page++) {
            query = query.after(page(catalog, query).next());
            if (query.after().isEmpty()) {
                return;
            }
        }
        ListQuery last = query;
        time(catalog, "page 1000, 100", () -> last);
    }

    private void find(FileCatalog catalog, String what, Supplier<String> filter) {
        time(catalog, what, () -> search("name", "", filter.get()));
    }

    private void time(FileCatalog catalog, String what, Supplier<ListQuery> queries) {
        long[] nanos = new long[RUNS];
        long entries = 0;
        try {
            for (int run = -WARM_UP; run < RUNS; run++) {
                ListQuery query = queries.get();
                long start = System.nanoTime();
                FilePage page = page(catalog, query);
                if (run >= 0) {
                    nanos[run] = System.nanoTime() - start;
                    entries += page.files().size() + page.folders().size();
                }
            }
        } catch (RuntimeException failure) {
            row("| %s | %s | | | |".formatted(what, failure.getMessage()));
            return;
        }
        Arrays.sort(nanos);
        row("| %s | %d | %.1f | %.1f | %.1f |"
                .formatted(
                        what,
                        entries / RUNS,
                        millis(nanos[RUNS / 2]),
                        millis(nanos[RUNS * 99 / 100]),
                        millis(nanos[RUNS - 1])));
    }

    private void row(String row) {
        System.out.println(row);
        table.add(row);
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private static FilePage page(FileCatalog catalog, ListQuery query) {
        return catalog.list(query).await().atMost(BOUND);
    }

    private static ListQuery by(String sort, String prefix, int limit) {
        return new ListQuery(BUCKET, prefix, Optional.empty(), order(sort), Optional.empty(), Optional.empty(), limit);
    }

    private static ListQuery search(String sort, String prefix, String filter) {
        return new ListQuery(
                BUCKET,
                prefix,
                Optional.empty(),
                order(sort),
                Optional.of(Filter.parse(filter)),
                Optional.empty(),
                100);
    }

    private static ListQuery folders(String prefix, int limit) {
        return new ListQuery(
                BUCKET, prefix, Optional.of("/"), SortOrder.BY_NAME, Optional.empty(), Optional.empty(), limit);
    }

    private static ListQuery after(ListQuery query, String name) {
        return after(query, SortOrder.Position.after(name));
    }

    private static ListQuery after(ListQuery query, SortOrder.Position position) {
        return query.after(Optional.of(position));
    }

    private static SortOrder order(String sort) {
        return SortOrder.of(sort).orElseThrow();
    }
}
