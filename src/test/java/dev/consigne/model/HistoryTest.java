package dev.consigne.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.model.RegisterHistory.Call;
import dev.consigne.model.RegisterHistory.Kind;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.ContentRows;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many clients on one name at the same time: each finds what was there at some instant of its call, and finds it whole. */
@QuarkusTest
class HistoryTest {
    private static final int CHUNK = 64 * 1024;
    private static final int WRITERS = 4;
    private static final int READERS = 6;
    private static final int WRITES = 25;
    private static final int READS = 50;
    private static final int STREAMS = 50;
    private static final int PATIENCE_SECONDS = 60;

    /** More than the kernel holds on its way to a client that does not read. */
    private static final int STREAMED = 8 << 20;

    private static final int RECEIVE_BUFFER = 16 * 1024;

    @TestHTTPResource("/")
    URI service;

    @Inject
    Pool pool;

    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());
    private final ExecutorService clients = Executors.newFixedThreadPool(STREAMS + 1);
    private TestBucket bucket;
    private ContentRows rows;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
        rows = new ContentRows(pool);
    }

    @AfterEach
    void stop() {
        clients.shutdownNow();
    }

    /** F41: writers replace each other; at the end one content is live, and every other one is on its way out. */
    @Test
    void aNameIsARegisterForWritersAndReaders() throws Exception {
        long mark = rows.mark();

        runClients(false);

        assertThat(new RegisterHistory(List.copyOf(calls)).contradiction())
                .as("calls that no order explains")
                .isEmpty();
        assertThat(rows.statesSince(mark))
                .hasSize(WRITERS * WRITES)
                .containsOnly("LIVE", "TOMBSTONED")
                .containsOnlyOnce("LIVE");
    }

    /** F45: deletes run against uploads of the same name. */
    @Test
    void aNameIsARegisterForWritersReadersAndDeletes() throws Exception {
        long mark = rows.mark();

        runClients(true);

        assertThat(new RegisterHistory(List.copyOf(calls)).contradiction())
                .as("calls that no order explains")
                .isEmpty();
        int live = bucket.names().size();
        assertThat(rows.statesSince(mark).stream().filter("LIVE"::equals)).hasSize(live);
        assertThat(rows.statesSince(mark)).containsOnly("LIVE", "TOMBSTONED");
    }

    /** F43: who has begun to read goes on with the old bytes; who begins meanwhile gets the old or the new, whole. */
    @Test
    void readersThatStreamWhileTheFileIsReplacedGetTheOldOrTheNewWhole() throws Exception {
        byte[] old = Bytes.seeded(1, STREAMED);
        byte[] fresh = Bytes.seeded(2, STREAMED + 1);
        bucket.stored("a", old);
        CountDownLatch replaced = new CountDownLatch(1);

        List<Future<String>> begun = stream(replaced);
        List<Future<String>> meanwhile = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            meanwhile.add(clients.submit(() -> Bytes.sha256(whole(bucket.get("a")))));
        }
        bucket.stored("a", fresh);
        replaced.countDown();

        assertThat(got(begun)).hasSize(STREAMS).containsOnly(Bytes.sha256(old));
        assertThat(got(meanwhile)).isSubsetOf(Bytes.sha256(old), Bytes.sha256(fresh));
        assertThat(Bytes.sha256(whole(bucket.get("a")))).isEqualTo(Bytes.sha256(fresh));
    }

    /** F44 */
    @Test
    void readersThatStreamWhileTheFileIsDeletedGetItWhole() throws Exception {
        byte[] old = Bytes.seeded(3, STREAMED);
        bucket.stored("a", old);
        CountDownLatch deleted = new CountDownLatch(1);

        List<Future<String>> begun = stream(deleted);
        assertThat(bucket.delete("a").status()).isEqualTo(204);
        assertThat(bucket.get("a").status()).isEqualTo(404);
        deleted.countDown();

        assertThat(got(begun)).hasSize(STREAMS).containsOnly(Bytes.sha256(old));
    }

    /** Readers that have the head of the answer and a little of the body, and go on when told; the digests they got. */
    private List<Future<String>> stream(CountDownLatch goOn) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(STREAMS);
        List<Future<String>> digests = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            digests.add(clients.submit(() -> {
                try (RawHttp http = RawHttp.open(service, RECEIVE_BUFFER)) {
                    RawResponse head = http.send(TestBucket.head("GET", bucket.content("a"), Optional.empty()))
                            .readHead();
                    begun.countDown();
                    assertThat(goOn.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
                    return Bytes.sha256(http.readBytes(Integer.parseInt(head.header("Content-Length"))));
                }
            }));
        }
        assertThat(begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("all have begun")
                .isTrue();
        return digests;
    }

    private void runClients(boolean withDeletes) throws Exception {
        List<Future<Integer>> running = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        for (int i = 0; i < WRITERS; i++) {
            int client = i;
            running.add(clients.submit(() -> repeat(
                    start, WRITES, round -> write(client, withDeletes && round % 3 == 2, client * WRITES + round))));
        }
        for (int i = WRITERS; i < WRITERS + READERS; i++) {
            int client = i;
            running.add(clients.submit(() -> repeat(start, READS, round -> read(client))));
        }
        start.countDown();
        got(running);
    }

    private interface Round {
        void run(int number);
    }

    private static int repeat(CountDownLatch start, int times, Round round) throws InterruptedException {
        start.await();
        for (int i = 0; i < times; i++) {
            round.run(i);
        }
        return times;
    }

    /** A value of its own for every write; a delete writes nothing, or finds nothing. */
    private void write(int client, boolean delete, int number) {
        byte[] bytes = Bytes.seeded(number, 2 * CHUNK + number);
        values.put(Bytes.sha256(bytes), "value " + number);
        long begin = System.nanoTime();
        RawResponse answer = delete ? bucket.delete("a") : bucket.put("a", bytes);
        long complete = System.nanoTime();
        if (delete && answer.status() == 404) {
            calls.add(new Call(client, Kind.READ, Optional.empty(), begin, complete));
            return;
        }
        assertThat(answer.status()).as(answer.toString()).isIn(200, 201, 204);
        calls.add(new Call(
                client, Kind.WRITE, delete ? Optional.empty() : Optional.of("value " + number), begin, complete));
    }

    private void read(int client) {
        long begin = System.nanoTime();
        RawResponse answer = bucket.get("a");
        long complete = System.nanoTime();
        Optional<String> value = answer.status() == 404
                ? Optional.empty()
                : Optional.of(values.getOrDefault(Bytes.sha256(whole(answer)), "a mixture"));
        calls.add(new Call(client, Kind.READ, value, begin, complete));
    }

    private static byte[] whole(RawResponse answer) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.whole()).as("the body is as long as promised").isTrue();
        return answer.body();
    }

    private static <T> List<T> got(List<Future<T>> futures) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
        return results;
    }
}
