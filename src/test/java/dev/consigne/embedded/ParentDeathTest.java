package dev.consigne.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The stores end with the process that started them, and leave the folder to the next. */
@Timeout(60)
class ParentDeathTest {

    @Test
    void theStoresEndWhenTheirParentIsKilled() throws Exception {
        // Given
        Process parent = Jvm.start(ParentMain.class, List.of());
        long pid = Long.parseLong(parent.inputReader(UTF_8).readLine());
        ProcessHandle stores = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> postgres = stores.descendants().toList();

        // When
        parent.destroyForcibly();

        // Then
        stores.onExit().get(20, TimeUnit.SECONDS);
        CompletableFuture.allOf(postgres.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .get(1, TimeUnit.SECONDS);
        assertThat(postgres).isNotEmpty();
    }

    @Test
    void aRestartRightAfterTheKillWaitsForTheEndOfTheOldStores() throws Exception {
        // Given
        Process parent = Jvm.start(ParentMain.class, List.of());
        assertThat(parent.inputReader(UTF_8).readLine()).isNotNull();

        // When
        parent.destroyForcibly().waitFor();
        try (TestStores stores = TestStores.start()) {

            // Then
            assertThat(stores.process().ready().postgresPort()).isPositive();
        }
    }
}
