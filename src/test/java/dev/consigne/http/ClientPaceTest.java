package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.testing.HandTicker;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Who is too slow, and who is not: 1000 bytes a second, over 30 seconds in which somebody waits. */
class ClientPaceTest {
    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final Duration HALF = WINDOW.dividedBy(2);
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Vertx VERTX = Vertx.vertx();

    private final Context loop = VERTX.getOrCreateContext();
    private final HandTicker ticker = new HandTicker();
    private final List<ServiceException> refusals = new ArrayList<>();
    private final ClientPace pace = new ClientPace(1000, WINDOW, ticker, loop);

    ClientPaceTest() {
        pace.onTooSlow(refusals::add);
    }

    @AfterAll
    static void stop() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void refusesAClientThatSendsNothingForAWindow() {
        onLoop(() -> {
            pace.waiting();
            ticker.pass(WINDOW.minus(MOMENT));
            assertThat(refusals).isEmpty();

            ticker.pass(MOMENT);
        });

        assertThat(refusals)
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UPLOAD_TOO_SLOW));
        assertThat(ticker.waiting()).isZero();
    }

    @Test
    void refusesAClientThatSendsAByteASecond() {
        onLoop(() -> send(1, 30));

        assertThat(refusals).hasSize(1);
    }

    @Test
    void putsUpWithAClientThatSendsJustEnough() {
        onLoop(() -> send(1000, 300));

        assertThat(refusals).isEmpty();
        assertThat(ticker.waiting()).isEqualTo(1);
    }

    @Test
    void refusesAClientThatSendsJustTooLittle() {
        onLoop(() -> send(999, 30));

        assertThat(refusals).hasSize(1);
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

        assertThat(refusals).isEmpty();
    }

    @Test
    void noticesAStandstillAfterAFastStartWithinOneAndAHalfWindows() {
        onLoop(() -> {
            send(1_000_000, 1);
            pace.waiting();
            ticker.pass(WINDOW.plus(HALF));
        });

        assertThat(refusals).hasSize(1);
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
            assertThat(refusals).isEmpty();

            ticker.pass(MOMENT);
        });

        assertThat(refusals).as("what was waited before and after counts").hasSize(1);
    }

    @Test
    void setsNoMoreThanOneAlarmHoweverOftenItIsAsked() {
        onLoop(() -> {
            for (int buffer = 0; buffer < 1000; buffer++) {
                pace.waiting();
                pace.arrived(8192);
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
        ClientPace any = new ClientPace(0, WINDOW, ticker, loop);
        any.onTooSlow(refusals::add);

        onLoop(() -> {
            any.waiting();
            ticker.pass(WINDOW.multipliedBy(100));
        });

        assertThat(refusals).isEmpty();
    }

    private void send(int bytesPerSecond, int seconds) {
        for (int second = 0; second < seconds; second++) {
            pace.waiting();
            pace.arrived(bytesPerSecond);
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
