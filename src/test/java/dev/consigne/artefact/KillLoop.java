package dev.consigne.artefact;

import dev.consigne.embedded.StorePair;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bson.Document;

/**
 * Processes of the service on one pair of stores, clients that write, replace, delete and read, and at random moments
 * {@code kill -9}: of each process once a round, of the stores every tenth round. The catalog's clock is put forward
 * between rounds, so that leases lapse and the collector has work while it is killed.
 */
final class KillLoop implements AutoCloseable {
    private static final int PROCESSES = 4;
    private static final int WRITERS_PER_PROCESS = 2;
    private static final int STORES_EVERY = 10;
    private static final int LONGEST_LIFE_MILLIS = 2500;
    private static final long ROUND_MINUTES = 3;
    private static final int MOST_JUMPS = 12;
    private static final int STILL_SECONDS = 4; // runs of the collector, one a second
    private static final List<String> JVM =
            List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
    private static final List<Duration> JUMPS = List.of(
            Duration.ZERO, Duration.ofMinutes(6), Duration.ofMinutes(11), Duration.ofHours(25), Duration.ofDays(9));

    private final String folder;
    private final Random random;
    private final KillTally tally = new KillTally();
    private final List<KillWriter> writers = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private StorePair stores;
    private Duration ahead = Duration.ZERO;
    private boolean migrated;

    KillLoop(String folder, long seed) {
        this.folder = folder;
        this.random = new Random(seed);
        this.stores = StorePair.start(folder);
        for (int writer = 0; writer < PROCESSES * WRITERS_PER_PROCESS; writer++) {
            writers.add(new KillWriter(writer, PROCESSES * WRITERS_PER_PROCESS, random.nextLong(), tally));
        }
    }

    KillTally tally() {
        return tally;
    }

    void run(int kills) throws Exception {
        for (int round = 1; tally.kills.get() < kills; round++) {
            round(round % STORES_EVERY == 0);
            forward(JUMPS.get(random.nextInt(JUMPS.size())));
            if (!tally.lost.isEmpty() || !tally.partial.isEmpty()) {
                return;
            }
        }
    }

    private void round(boolean storesToo) throws Exception {
        List<ServiceProcess> processes = new ArrayList<>();
        if (!migrated) { // alone, so that the others need not
            start().close();
            migrated = true;
        }
        await(calls(PROCESSES, number -> this::start), processes);
        List<Callable<ServiceProcess>> work = new ArrayList<>();
        for (int writer = 0; writer < writers.size(); writer++) {
            KillWriter client = writers.get(writer);
            ServiceProcess service = processes.get(writer % PROCESSES);
            work.add(() -> {
                client.work(service);
                return service;
            });
        }
        for (ServiceProcess service : processes) {
            int life = random.nextInt(LONGEST_LIFE_MILLIS);
            work.add(() -> kill(service, life));
        }
        if (storesToo) {
            int life = random.nextInt(LONGEST_LIFE_MILLIS);
            work.add(() -> {
                TimeUnit.MILLISECONDS.sleep(life);
                stores.kill();
                tally.storeKills.incrementAndGet();
                return processes.get(0);
            });
        }
        await(work, new ArrayList<>());
        if (storesToo) {
            stores = StorePair.start(folder);
        }
    }

    private ServiceProcess kill(ServiceProcess service, int life) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(life);
        service.kill();
        tally.kills.incrementAndGet();
        return service;
    }

    private ServiceProcess start() throws Exception {
        return ServiceProcess.start(
                stores,
                JVM,
                Map.of(
                        "CONSIGNE_FILE_CHUNK_SIZE", "64K",
                        "CONSIGNE_COLLECTOR_EVERY", "1s",
                        "QUARKUS_FLYWAY_MIGRATE_AT_START", Boolean.toString(!migrated)));
    }

    private interface Numbered {
        Callable<ServiceProcess> of(int number);
    }

    private static List<Callable<ServiceProcess>> calls(int count, Numbered calls) {
        List<Callable<ServiceProcess>> list = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            list.add(calls.of(number));
        }
        return list;
    }

    private void await(List<Callable<ServiceProcess>> work, List<ServiceProcess> results) throws Exception {
        for (Future<ServiceProcess> future : threads.invokeAll(work, ROUND_MINUTES, TimeUnit.MINUTES)) {
            results.add(future.get());
        }
    }

    /** Every name is read, then the clock runs on until the collector has nothing left to do. */
    long settleAndCountOrphans() throws Exception {
        try (ServiceProcess service = start()) {
            for (KillWriter writer : writers) {
                writer.verify(service);
            }
            for (int jump = 0; jump < MOST_JUMPS && dead() > 0; jump++) {
                forward(Duration.ofDays(9));
                untilTheCollectorStandsStill();
            }
            for (KillWriter writer : writers) {
                writer.verify(service);
            }
        }
        return dead() + unnamed() + Math.abs(excessChunks());
    }

    /** Lapsing, removing and the last sweep each wait for a jump of the clock; what can be done now is done first. */
    private void untilTheCollectorStandsStill() throws Exception {
        String before = "";
        String now = states();
        while (!now.equals(before)) {
            TimeUnit.SECONDS.sleep(STILL_SECONDS);
            before = now;
            now = states();
        }
    }

    private String states() throws Exception {
        StringBuilder states = new StringBuilder();
        try (Connection catalog = stores.catalog();
                Statement statement = catalog.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT state, count(*) FROM content GROUP BY state ORDER BY state")) {
            while (rows.next()) {
                states.append(rows.getString(1))
                        .append('=')
                        .append(rows.getLong(2))
                        .append(' ');
            }
        }
        return states.toString();
    }

    /** Rows of contents that are not live. */
    private long dead() throws Exception {
        return number("SELECT count(*) FROM content WHERE state <> 'LIVE'");
    }

    /** Contents MongoDB names that are not live, and live ones it does not name. */
    private long unnamed() throws Exception {
        Set<String> named = new HashSet<>();
        stores.collection("manifests")
                .find()
                .projection(new Document("_id", 1))
                .forEach(document -> named.add(document.getString("_id")));
        Set<String> live = new HashSet<>();
        try (Connection catalog = stores.catalog();
                Statement statement = catalog.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id::text FROM content WHERE state = 'LIVE'")) {
            while (rows.next()) {
                live.add(rows.getString(1));
            }
        }
        Set<String> either = new HashSet<>(named);
        either.addAll(live);
        named.retainAll(live);
        return either.size() - named.size();
    }

    /** Chunk documents more, or fewer, than live contents have. */
    private long excessChunks() throws Exception {
        return stores.collection("chunks").estimatedDocumentCount()
                - number("SELECT coalesce(sum(chunk_count), 0) FROM content WHERE state = 'LIVE'");
    }

    private long number(String sql) throws Exception {
        try (Connection catalog = stores.catalog();
                Statement statement = catalog.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void forward(Duration distance) throws Exception {
        ahead = ahead.plus(distance);
        try (Connection catalog = stores.catalog();
                Statement statement = catalog.createStatement()) {
            statement.execute("CREATE OR REPLACE FUNCTION catalog_now() RETURNS timestamptz LANGUAGE sql STABLE AS"
                    + " 'SELECT now() + interval ''" + ahead.toSeconds() + " seconds'''");
        }
    }

    @Override
    public void close() throws Exception {
        threads.shutdownNow();
        stores.close();
    }
}
