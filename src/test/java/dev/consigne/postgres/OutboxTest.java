package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.FileRecord;
import dev.consigne.job.GarbageCatalog;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The events: what they say, and that they go after a while. That there is one for each change, the changes' tests say. */
@QuarkusTest
class OutboxTest extends WithCatalog {
    @Inject
    GarbageCatalog garbage;

    @Test
    void tellsTheEventWhatWasStored() {
        FileRecord file = stored("a");

        var payload = rows.lastPayload(file.content().contentId());

        assertThat(payload.getString("bucket")).isEqualTo(bucket.value());
        assertThat(payload.getString("name")).isEqualTo("a");
        assertThat(payload.getString("fileId")).isEqualTo(file.id().toString());
        assertThat(payload.getLong("generation")).isEqualTo(1);
        assertThat(payload.getLong("length")).isEqualTo(100);
    }

    @Test
    void trimsOldEventsUpToTheLimit() {
        // Given
        rows.change("DELETE FROM outbox");
        stored("a");
        stored("b");
        clock.ahead(Duration.ofDays(8));
        stored("c");

        // When
        int trimmed = await(garbage.trimOutbox(Duration.ofDays(7), 1));

        // Then
        assertThat(trimmed).isEqualTo(1);
        assertThat(await(garbage.trimOutbox(Duration.ofDays(7), 100))).isEqualTo(1);
        assertThat(rows.query("SELECT payload->>'name' FROM outbox"))
                .extracting(row -> row.getString(0))
                .containsExactly("c");
    }
}
