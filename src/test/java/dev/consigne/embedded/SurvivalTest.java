package dev.consigne.embedded;

import static com.mongodb.client.model.Filters.eq;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What has been acknowledged is there after a restart, whatever ended the stores. */
@Timeout(60)
class SurvivalTest {

    private static final int CHUNK_BYTES = 256 << 10;
    private static final int DOCUMENT_WRITERS = 4;
    private static final int ROUNDS = 4;
    private static final int KILL_AFTER = 40; // acknowledged documents, and rows, of one round

    private final Set<Integer> documents = new ConcurrentSkipListSet<>();
    private final Set<Integer> rows = new ConcurrentSkipListSet<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean killed;

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @BeforeEach
    void beginEmpty() throws Exception {
        try (TestStores stores = TestStores.start();
                Connection postgres = stores.postgres()) {
            stores.documents().drop();
            execute(postgres, "DROP TABLE IF EXISTS test");
            execute(postgres, "CREATE TABLE test (id int PRIMARY KEY)");
        }
    }

    @Test
    void documentsAndRowsSurviveACleanRestart() throws Exception {
        // Given
        try (TestStores stores = TestStores.start();
                Connection postgres = stores.postgres()) {
            stores.documents().withWriteConcern(WriteConcern.W1).insertOne(document(1));
            insertRow(postgres, 1);
        }

        // When
        try (TestStores stores = TestStores.start();
                Connection postgres = stores.postgres()) {

            // Then
            assertThat(stores.documents().find(eq("_id", 1)).first()).isEqualTo(document(1));
            assertThat(rowsIn(postgres)).containsExactly(1);
        }
    }

    @RepeatedTest(ROUNDS)
    void acknowledgedDocumentsAndRowsSurviveAKill() throws Exception {
        // Given
        TestStores stores = TestStores.start();
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int i = 0; i < DOCUMENT_WRITERS; i++) {
            int first = i;
            writers.add(CompletableFuture.runAsync(() -> insertDocuments(stores, first), threads));
        }
        writers.add(CompletableFuture.runAsync(() -> insertRows(stores), threads));
        Awaitility.await()
                .pollInterval(1, TimeUnit.MILLISECONDS)
                .until(() -> documents.size() >= KILL_AFTER && rows.size() >= KILL_AFTER);

        // When
        stores.kill();
        killed = true; // the orphan of PostgreSQL still acknowledges
        CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);

        // Then
        try (TestStores again = TestStores.start();
                Connection postgres = again.postgres()) {
            assertThat(documents)
                    .allSatisfy(id -> assertThat(
                                    again.documents().find(eq("_id", id)).first())
                            .isEqualTo(document(id)));
            assertThat(rowsIn(postgres)).containsAll(rows);
            finishInterruptedInserts(again.documents());
        }
    }

    private void insertDocuments(TestStores stores, int first) {
        try {
            for (int id = first; ; id += DOCUMENT_WRITERS) {
                stores.documents().insertOne(document(id));
                documents.add(id);
            }
        } catch (MongoException | IllegalStateException ended) {
            assertThat(documents).isNotEmpty(); // no acknowledgement, and the end of this writer
        }
    }

    private void insertRows(TestStores stores) {
        try (Connection postgres = stores.postgres()) {
            for (int id = 0; !killed; id++) {
                insertRow(postgres, id);
                rows.add(id);
            }
        } catch (SQLException ended) {
            assertThat(rows).isNotEmpty(); // no acknowledgement, and the end of this writer
        }
    }

    /** No insert may have left half of itself behind, which would refuse its repetition for ever. */
    private void finishInterruptedInserts(MongoCollection<Document> collection) {
        int highest = Collections.max(documents) + 2 * DOCUMENT_WRITERS;
        for (int id = 0; id <= highest; id++) {
            if (collection.find(eq("_id", id)).first() == null) {
                collection.insertOne(document(id));
            }
            assertThat(collection.find(eq("_id", id)).first()).isEqualTo(document(id));
        }
    }

    private static Document document(int id) {
        byte[] bytes = new byte[CHUNK_BYTES];
        new Random(id).nextBytes(bytes);
        return new Document("_id", id).append("data", new Binary(bytes));
    }

    private static void insertRow(Connection postgres, int id) throws SQLException {
        execute(postgres, "INSERT INTO test VALUES (" + id + ")");
    }

    private static Set<Integer> rowsIn(Connection postgres) throws SQLException {
        try (Statement statement = postgres.createStatement();
                ResultSet result = statement.executeQuery("SELECT id FROM test")) {
            Set<Integer> ids = new TreeSet<>();
            while (result.next()) {
                ids.add(result.getInt(1));
            }
            return ids;
        }
    }

    private static void execute(Connection postgres, String sql) throws SQLException {
        try (Statement statement = postgres.createStatement()) {
            statement.execute(sql);
        }
    }
}
