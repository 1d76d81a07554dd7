package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.FileMeters.Limit;
import dev.consigne.testing.HandTicker;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Who is too slow, and who is not: 1000 bytes a second, over 30 seconds in which somebody waits. */
class ClientPaceTest {
    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final Duration HALF = WINDOW.dividedBy(2);
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Vertx VERTX = Vertx.vertx();

    private final Context loop = VERTX.getOrCreateContext();
    private final HandTicker ticker = new HandTicker();
    private final AtomicInteger refusals = new AtomicInteger();
    private final List<Limit> counted = new ArrayList<>();
    private final ClientPace pace = pace(new ClientPace.Terms(1000, WINDOW, 0, IDLE));

    @AfterAll
    static void stop() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void refusesAClientThatSendsNothingForAWindow() {
        onLoop(() -> {
            pace.waiting();
            ticker.pass(WINDOW.minus(MOMENT));
            assertThat(refusals).hasValue(0);

            ticker.pass(MOMENT);
        });

        assertThat(refusals).hasValue(1);
        assertThat(counted).containsExactly(Limit.RATE);
        assertThat(ticker.waiting()).isZero();
    }

    @Test
    void refusesAClientThatSendsAByteASecond() {
        onLoop(() -> send(1, 30));

        assertThat(refusals).hasValue(1);
    }

    @Test
    void putsUpWithAClientThatSendsJustEnough() {
        onLoop(() -> send(1000, 300));

        assertThat(refusals).hasValue(0);
        assertThat(ticker.waiting()).isEqualTo(1);
    }

    @Test
    void refusesAClientThatSendsJustTooLittle() {
        onLoop(() -> send(999, 30));

        assertThat(refusals).hasValue(1);
    }

    @Test
    void putsUpWithAPauseOfLessThanAWindow() {
        onLoop(() -> {
            for (int round = 0; round < 10; round++) {
                send(30_000, 15);
                pace.waiting();
                ticker.pass(HALF.minus(MOMENT));
            }
        });

        assertThat(refusals).hasValue(0);
    }

    @Test
    void noticesAStandstillAfterAFastStartWithinOneAndAHalfWindows() {
        onLoop(() -> {
            send(1_000_000, 1);
            pace.waiting();
            ticker.pass(WINDOW.plus(HALF));
        });

        assertThat(refusals).hasValue(1);
    }

    @Test
    void holdsNoTimeAgainstAClientInWhichNobodyAsked() {
        onLoop(() -> {
            pace.waiting();
            ticker.pass(HALF.dividedBy(2));
            pace.satisfied();
            ticker.pass(Duration.ofHours(10));
            pace.waiting();
            ticker.pass(WINDOW.minus(HALF.dividedBy(2)).minus(MOMENT));
            assertThat(refusals).hasValue(0);

            ticker.pass(MOMENT);
        });

        assertThat(refusals).as("what was waited before and after counts").hasValue(1);
    }

    @Test
    void setsNoMoreThanOneAlarmHoweverOftenItIsAsked() {
        onLoop(() -> {
            for (int buffer = 0; buffer < 1000; buffer++) {
                pace.waiting();
                pace.moved(8192);
                pace.satisfied();
                assertThat(ticker.waiting()).isEqualTo(1);
            }
        });
    }

    @Test
    void leavesNoAlarmWhenItIsStopped() {
        onLoop(() -> {
            pace.waiting();
            pace.stop();
        });

        assertThat(ticker.waiting()).isZero();
    }

    @Test
    void asksForNothingWhereTheRateIsZero() {
        ClientPace any = pace(new ClientPace.Terms(0, WINDOW, 0, IDLE));

        onLoop(() -> {
            any.waiting();
            ticker.pass(WINDOW.multipliedBy(100));
        });

        assertThat(refusals).hasValue(0);
    }

    @Test
    void allowsForBytesThatMovedWithoutBeingSeen() {
        ClientPace steps = pace(new ClientPace.Terms(1000, WINDOW, 15_000, IDLE));

        onLoop(() -> {
            steps.waiting();
            steps.moved(15_000);
            ticker.pass(WINDOW.plus(MOMENT));
            assertThat(refusals).hasValue(0);

            ticker.pass(HALF);
        });

        assertThat(refusals).as("nothing was seen for a whole window").hasValue(1);
    }

    @Test
    void looksAtADownloadForAsLongAsTwoStepsOfASocketMayTake() {
        assertThat(windowOfDownload(1 << 20, 512 << 10)).isEqualTo(WINDOW);
        assertThat(windowOfDownload(1 << 10, 512 << 10)).isEqualTo(Duration.ofSeconds(768));
        assertThat(windowOfDownload(1 << 10, 0)).as("a buffer that grows").isEqualTo(Duration.ofSeconds(3072));
        assertThat(windowOfDownload(0, 0)).isGreaterThan(WINDOW);
    }

    private static Duration windowOfDownload(long bytesPerSecond, long sendBuffer) {
        return MinimumRate.downloadTerms(bytesPerSecond, sendBuffer, WINDOW, IDLE)
                .window();
    }

    @Test
    void countsAConnectionThatBrokeBecauseNothingMoved() {
        onLoop(() -> {
            pace.waiting();
            pace.moved(60_000);
            ticker.jump(IDLE);
            pace.broken();
            pace.broken();
        });

        assertThat(counted).containsExactly(Limit.IDLE);
    }

    @Test
    void countsNoConnectionThatBrokeBefore() {
        onLoop(() -> {
            pace.waiting();
            ticker.jump(HALF);
            pace.moved(60_000);
            ticker.jump(IDLE.minus(Duration.ofSeconds(1)));
            pace.broken();
        });

        assertThat(counted).isEmpty();
    }

    @Test
    void countsNoConnectionThatBrokeWhileAStoreWasWaitedFor() {
        onLoop(() -> {
            pace.waiting();
            pace.satisfied();
            ticker.jump(IDLE);
            pace.broken();
        });

        assertThat(counted).isEmpty();
    }

    private ClientPace pace(ClientPace.Terms terms) {
        ClientPace made = new ClientPace(terms, counted::add, ticker, loop);
        made.onTooSlow(refusals::incrementAndGet);
        return made;
    }

    private void send(int bytesPerSecond, int seconds) {
        for (int second = 0; second < seconds; second++) {
            pace.waiting();
            pace.moved(bytesPerSecond);
            ticker.pass(Duration.ofSeconds(1));
            pace.satisfied();
        }
    }

    private void onLoop(Runnable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.runOnContext(nothing -> {
            try {
                work.run();
                done.complete(null);
            } catch (AssertionError | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        done.orTimeout(20, TimeUnit.SECONDS).join();
    }
}
