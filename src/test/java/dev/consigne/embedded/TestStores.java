package dev.consigne.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.bson.Document;

/** The embedded stores as a test sees them: their process, and clients of both. */
record TestStores(StoresProcess process, MongoClient mongo) implements AutoCloseable {

    /** Kept between tests and runs: the programs are unpacked once. */
    static final StoresFolder FOLDER =
            new StoresFolder(Path.of("target", "stores-under-test").toAbsolutePath());

    static final List<String> BOTH = List.of(EmbeddedStores.POSTGRES, EmbeddedStores.MONGO);

    private static final int STOP_TIMEOUT_SECONDS = 20;

    static TestStores start() {
        return start(FOLDER);
    }

    static TestStores start(StoresFolder folder) {
        StoresProcess process = StoresProcess.start(folder, "768m", BOTH);
        return new TestStores(
                process,
                MongoClients.create("mongodb://127.0.0.1:" + process.ready().mongoPort()));
    }

    MongoCollection<Document> documents() {
        return mongo.getDatabase("test").getCollection("documents").withWriteConcern(WriteConcern.JOURNALED);
    }

    Connection postgres() throws SQLException {
        PostgresAddress address = PostgresAddress.embedded(process.ready().postgresPort());
        return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
    }

    void kill() throws InterruptedException {
        process.process().destroyForcibly();
        assertThat(process.process().waitFor(STOP_TIMEOUT_SECONDS, SECONDS)).isTrue();
        mongo.close();
    }

    /** What the end of the parent does: closes the standard input. */
    @Override
    public void close() throws IOException, InterruptedException {
        mongo.close();
        if (process.process().isAlive()) {
            process.process().getOutputStream().close();
            assertThat(process.process().waitFor(STOP_TIMEOUT_SECONDS, SECONDS)).isTrue();
            assertThat(process.process().exitValue()).isZero();
        }
    }
}
