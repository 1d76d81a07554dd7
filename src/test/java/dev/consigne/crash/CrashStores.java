package dev.consigne.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.consigne.embedded.StorePair;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.ProtocolProbe;
import dev.consigne.file.Slice;
import dev.consigne.job.Collector;
import dev.consigne.memory.Caller;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.CatalogClock;
import dev.consigne.testing.CatalogRows;
import dev.consigne.testing.Samples;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.flywaydb.core.Flyway;

/** A pair of stores for processes that die, and a service of the test's own that looks at them and cleans up. */
final class CrashStores implements AutoCloseable {
    static final BucketName BUCKET = new BucketName("crashes");

    /** What a collector says of each content is not news here. */
    private static final Logger COLLECTOR_LOG = Logger.getLogger(Collector.class.getName());

    private static boolean rehearsed;

    private static final int BATCH = 20;
    private static final int MAX_STEPS = 500;

    /** Started once for all tests of the JVM, whose end ends them. */
    private static final class Pair {
        static final StorePair STARTED = StorePair.start("stores-crash");
    }

    private final MongoClient mongo;
    private final WiredService service;
    private final CatalogClock clock;

    private CrashStores(MongoClient mongo, WiredService service) {
        this.mongo = mongo;
        this.service = service;
        this.clock = new CatalogClock(service.pool());
    }

    /** With nothing in them but an empty bucket. */
    static CrashStores empty() {
        if (!rehearsed) {
            open().rehearse();
        }
        return open();
    }

    private void rehearse() {
        try (this) {
            CrashProcess.rehearse(postgresPort(), mongoPort());
            rehearsed = true;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static CrashStores open() {
        COLLECTOR_LOG.setLevel(Level.SEVERE);
        Flyway flyway = Flyway.configure()
                .dataSource("jdbc:postgresql://127.0.0.1:" + postgresPort() + "/consigne", "consigne", "consigne")
                .cleanDisabled(false)
                .load();
        flyway.clean();
        flyway.migrate();
        MongoClient mongo = MongoClients.create("mongodb://127.0.0.1:" + mongoPort());
        database(mongo).drop();
        WiredService service = WiredService.to(postgresPort(), mongoPort(), ProtocolProbe.NOOP, BATCH);
        await(service.buckets().put(BUCKET, OptionalLong.empty()));
        return new CrashStores(mongo, service);
    }

    static int postgresPort() {
        return Pair.STARTED.postgresPort();
    }

    static int mongoPort() {
        return Pair.STARTED.mongoPort();
    }

    private static MongoDatabase database(MongoClient mongo) {
        return mongo.getDatabase("consigne");
    }

    WiredService service() {
        return service;
    }

    CatalogRows rows() {
        return new CatalogRows(service.pool());
    }

    CrashProcess start(Orders orders) throws IOException {
        return CrashProcess.start(postgresPort(), mongoPort(), orders);
    }

    FileRecord store(String name, byte[] bytes) {
        return await(service.files().store(Caller.UNKNOWN, Samples.upload(BUCKET, name), Bytes.body(bytes, 300)));
    }

    FileRecord file(String name) {
        return await(service.files().file(BUCKET, new FileName(name)));
    }

    /** The SHA-256 of what is served under the name, empty if there is no such file. Anything else fails. */
    Optional<String> read(String name) {
        try {
            return Optional.of(read(file(name)));
        } catch (ServiceException failure) {
            if (failure.code() == ErrorCode.FILE_NOT_FOUND) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    /** The SHA-256 of what is served of the file as it was found. */
    String read(FileRecord file) {
        return Bytes.sha256(Bytes.joined(await(service.files()
                .content(Caller.UNKNOWN, file, new Slice(0, file.length()))
                .collect()
                .asList())));
    }

    /** Lets the time come, and the collector do what it then finds to do. Nobody has collected anything at the first. */
    void advanceTo(Moment moment) {
        clock.ahead(moment.after());
        if (moment != Moment.CRASHED) {
            collect();
        }
    }

    /** Puts the catalog's clock ahead; nobody cleans up. */
    void ahead(Duration distance) {
        clock.ahead(distance);
    }

    /** Runs the collector until it finds nothing to do. */
    void collect() {
        int steps = 0;
        while (await(service.collector().step())) {
            assertThat(++steps).as("steps").isLessThan(MAX_STEPS);
        }
    }

    Census census() {
        return Census.of(rows(), database(mongo));
    }

    static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(30));
    }

    @Override
    public void close() {
        COLLECTOR_LOG.setLevel(null);
        clock.restore();
        service.close();
        mongo.close();
    }
}
