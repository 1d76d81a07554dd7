package dev.consigne.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class GroupCommitTest {

    private static final int WRITERS = 20;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger commits = new AtomicInteger();
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore mayEnd = new Semaphore(0);
    private final GroupCommit slow = new GroupCommit(this::slowCommit);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void aLoneWriterGetsACommitOfItsOwn() {
        GroupCommit alone = new GroupCommit(commits::incrementAndGet);

        alone.await();
        alone.await();

        assertThat(commits).hasValue(2);
    }

    @Test
    void theWritersThatComeDuringACommitShareTheNextOne() throws Exception {
        // Given
        CompletableFuture<Void> first = writer(slow);
        begun.acquire();
        List<CompletableFuture<Void>> late =
                IntStream.range(0, WRITERS).mapToObj(i -> writer(slow)).toList();
        awaitBlocked(WRITERS + 1);

        // When
        mayEnd.release();
        first.get(10, TimeUnit.SECONDS);
        boolean lateWereCoveredByTheFirst = late.stream().anyMatch(CompletableFuture::isDone);
        begun.acquire();
        mayEnd.release();
        CompletableFuture.allOf(late.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);

        // Then
        assertThat(lateWereCoveredByTheFirst).isFalse();
        assertThat(commits).hasValue(2);
    }

    @Test
    void aFailureReachesEveryWriterOfTheRound() throws Exception {
        // Given
        Error failure = new OutOfMemoryError("as if");
        GroupCommit failing = new GroupCommit(() -> {
            slowCommit();
            if (commits.get() == 2) {
                throw failure;
            }
        });
        CompletableFuture<Void> first = writer(failing);
        begun.acquire();
        List<CompletableFuture<Void>> late =
                IntStream.range(0, WRITERS).mapToObj(i -> writer(failing)).toList();
        awaitBlocked(WRITERS + 1);

        // When
        mayEnd.release(2);

        // Then
        first.get(10, TimeUnit.SECONDS);
        assertThat(late)
                .allSatisfy(writer -> assertThatThrownBy(() -> writer.get(10, TimeUnit.SECONDS))
                        .hasRootCause(failure));
        assertThat(commits).hasValue(2);
    }

    @Test
    void aFailureEndsWithItsRound() {
        GroupCommit failingOnce = new GroupCommit(() -> {
            if (commits.incrementAndGet() == 1) {
                throw new IllegalStateException("disk full");
            }
        });

        assertThatThrownBy(failingOnce::await)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("disk full");
        failingOnce.await();
    }

    private CompletableFuture<Void> writer(GroupCommit group) {
        return CompletableFuture.runAsync(
                () -> {
                    Thread.currentThread().setName("writer of GroupCommitTest");
                    group.await();
                },
                threads);
    }

    /** Until so many writers wait, for the disk or for each other. */
    private static void awaitBlocked(int count) {
        Awaitility.await()
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                                .filter(thread -> thread.getName().equals("writer of GroupCommitTest"))
                                .filter(thread -> thread.getState() == Thread.State.WAITING)
                                .count()
                        == count);
    }

    private void slowCommit() {
        commits.incrementAndGet();
        begun.release();
        mayEnd.acquireUninterruptibly();
    }
}
