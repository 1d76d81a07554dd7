package dev.consigne.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Metrics;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What an operator sees of the real stores after one look at them. */
@QuarkusTest
class WatchedStoresTest {
    @TestHTTPResource(value = "metrics", management = true)
    URI metricsEndpoint;

    @Inject
    StoreWatch watch;

    @Test
    void showsBothStoresAndHowLateRemovalIs() {
        watch.look().await().atMost(Duration.ofSeconds(20));

        Metrics metrics = new Metrics(metricsEndpoint);
        assertThat(metrics.value("consigne_store_up", "store=\"postgresql\"")).isEqualTo(1);
        assertThat(metrics.value("consigne_store_up", "store=\"mongodb\"")).isEqualTo(1);
        assertThat(metrics.value("consigne_clock_skew_seconds")).isLessThan(1);
        assertThat(metrics.value("consigne_gc_overdue_seconds")).isNotNaN();
    }
}
