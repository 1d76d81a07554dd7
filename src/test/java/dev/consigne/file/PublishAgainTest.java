package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.memory.Caller;
import dev.consigne.testing.InMemoryChunkStore;
import dev.consigne.testing.Samples;
import dev.consigne.testing.Settings;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A commit whose answer was lost may still be made, whatever becomes of the next try. */
class PublishAgainTest {
    private final AtomicInteger publishes = new AtomicInteger();
    private final List<FileMeters.Commit> counted = new ArrayList<>();

    @Test
    void doesNotCallItAPlainFailureWhileAnEarlierCommitIsOpen() {
        // Given
        FileService service = new FileService(
                catalog(),
                new InMemoryChunkStore(),
                Settings.read(FileConfig.class, Map.of()),
                new Ids(Clock.systemUTC(), new SecureRandom()),
                Ticker.SYSTEM,
                counting(),
                ProtocolProbe.NOOP,
                Samples.budget());

        // When, Then
        assertThatThrownBy(() -> service.store(
                                Caller.UNKNOWN,
                                Samples.upload(Samples.newBucket(), "a"),
                                Multi.createFrom().item(ByteBuffer.wrap(new byte[10])))
                        .await()
                        .indefinitely())
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.COMMIT_UNKNOWN));
        assertThat(counted).as("one upload is one commit").containsExactly(FileMeters.Commit.UNKNOWN);
    }

    private FileMeters counting() {
        return new FileMeters() {
            @Override
            public void committed(Commit result, Duration took) {
                counted.add(result);
            }
        };
    }

    /** The first commit hangs and stays invisible, the second is refused because of its locks. */
    private FileCatalog catalog() {
        return (FileCatalog) Proxy.newProxyInstance(
                FileCatalog.class.getClassLoader(), new Class<?>[] {FileCatalog.class}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "begin" ->
                            Uni.createFrom()
                                    .item(new BeginOutcome.Began(
                                            new PendingContent((ContentId) arguments[1], 1, 1024, 256, 1L << 20)));
                        case "publish" ->
                            Uni.createFrom()
                                    .failure(
                                            publishes.getAndIncrement() == 0
                                                    ? new UnknownOutcomeException("seeded", new IllegalStateException())
                                                    : new ServiceException(ErrorCode.STORE_UNAVAILABLE, "seeded"));
                        case "outcome" -> Uni.createFrom().item(new PublishOutcome.Pending());
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }
}
