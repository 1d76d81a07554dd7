package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileRecord;
import dev.consigne.file.ProtocolStep;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Faults inside of MongoDB, which only MongoDB can have: with {@code -Dconsigne.test.mongodb} at a replica set whose
 * members were started with {@code --setParameter enableTestCommands=1}. Skipped on any other server.
 */
@QuarkusTest
class ReplicaSetFaultTest extends WithStores {
    private static final int UPLOADS = 20;
    private static final Duration FAIL_OVER = Duration.ofMinutes(2);

    @Inject
    ReactiveMongoClient mongo;

    private boolean failPoints;

    @BeforeEach
    void requireAReplicaSetWithFailPoints() {
        boolean replicaSet = await(admin(new Document("hello", 1)).onFailure().recoverWithItem(new Document()))
                .containsKey("setName");
        assumeTrue(replicaSet, "needs -Dconsigne.test.mongodb=… at a replica set");
        failPoints = await(admin(new Document("configureFailPoint", "failCommand").append("mode", "off"))
                .replaceWith(true)
                .onFailure()
                .recoverWithItem(false));
        assumeTrue(failPoints, "needs a replica set with --setParameter enableTestCommands=1");
    }

    @AfterEach
    void switchOff() {
        if (failPoints) {
            await(admin(new Document("configureFailPoint", "failCommand").append("mode", "off")));
        }
    }

    /** F17: a new primary is found while uploads are under way. */
    @Test
    void outlivesAStepDownUnderLoad() {
        // Given
        CompletableFuture<ContentId> underWay = probe.once(ProtocolStep.CHUNK_WRITTEN, contentId -> {});
        CompletableFuture<List<FileRecord>> uploads = Uni.join()
                .all(IntStream.range(0, UPLOADS)
                        .mapToObj(upload -> store("new-" + upload, bytes))
                        .toList())
                .andFailFast()
                .subscribeAsCompletionStage();
        reached(underWay);

        // When
        await(admin(new Document("replSetStepDown", 20).append("force", true))
                .onFailure()
                .recoverWithNull()); // the answer may be the end of the connection

        // Then
        assertThat(Uni.createFrom().completionStage(uploads).await().atMost(FAIL_OVER))
                .hasSize(UPLOADS);
        IntStream.range(0, UPLOADS).forEach(upload -> assertBytes("new-" + upload, bytes));
    }

    /** F21: the driver sends it again, and the server knows it by its transaction number. */
    @Test
    void writesOnceWhenTheConnectionIsClosedOnAnInsert() {
        await(failInserts(1, new Document("closeConnection", true)));

        FileRecord file = await(store("new", bytes));

        assertChunks(file.content().contentId(), 4);
        assertBytes("new", bytes);
    }

    /** F20: what a majority has not confirmed is not stored. 64: not in time; 91: the server is going. */
    @ParameterizedTest
    @ValueSource(ints = {64, 91})
    void doesNotTakeAnUnconfirmedWriteForStored(int code) {
        // Given
        CompletableFuture<ContentId> announced = probe.at(
                ProtocolStep.ANNOUNCED,
                failInserts(
                        1_000,
                        new Document(
                                "writeConcernError",
                                new Document("code", code).append("errmsg", "not confirmed, says the test"))));

        // When
        assertFails(() -> await(store("new", bytes)), ErrorCode.STORE_UNAVAILABLE);

        // Then
        assertState(reached(announced), "ABORTING");
        assertAbsent("new");
    }

    /** F23. */
    @Test
    void saysThatTheStoreIsFullAndGoesOnReading() {
        // Given
        CompletableFuture<ContentId> announced =
                probe.at(ProtocolStep.ANNOUNCED, failInserts(1_000, new Document("errorCode", 14031)));

        // When
        assertFails(() -> await(store("new", bytes)), ErrorCode.STORE_FULL);

        // Then
        assertState(reached(announced), "ABORTING");
        assertBytes("live", liveBytes);
    }

    private Uni<Void> failInserts(int times, Document fault) {
        return admin(new Document("configureFailPoint", "failCommand")
                        .append("mode", new Document("times", times))
                        .append("data", new Document(fault).append("failCommands", List.of("insert"))))
                .replaceWithVoid();
    }

    private Uni<Document> admin(Document command) {
        return mongo.getDatabase("admin").runCommand(command);
    }
}
