package dev.consigne.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Uploads whose process dies at each place it can. All of them die first; then the time goes on for all together, and
 * one collector cleans up after all of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadCrashIT {
    private static final String NEIGHBOUR = "neighbour";
    private static final byte[] NEIGHBOUR_BYTES = Bytes.seeded(7, 2 * WiredService.CHUNK + 1);

    private final Map<UploadCase, UUID> replaced = new HashMap<>();
    private CrashStores stores;
    private Map<UploadCase, Long> dead;
    private TimeLapse lapse;

    @BeforeAll
    void crashAllAndLetTimePass() throws Exception {
        stores = CrashStores.empty();
        stores.store(NEIGHBOUR, NEIGHBOUR_BYTES);
        cases().stream()
                .filter(UploadCase::overwrites)
                .forEach(each -> replaced.put(
                        each,
                        stores.store(each.name(), each.oldBytes())
                                .content()
                                .contentId()
                                .value()));
        dead = AtOnce.each(cases(), each -> each.point().blow().strike(each.orders()));
        lapse = TimeLapse.of(
                stores,
                Stream.concat(cases().stream().map(UploadCase::name), Stream.of(NEIGHBOUR))
                        .toList());
    }

    @AfterAll
    void close() {
        stores.close();
    }

    static List<UploadCase> cases() {
        return UploadCase.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void leavesWhatTheTableSays(UploadCase each) {
        Census census = lapse.at(Moment.CRASHED);
        Optional<UUID> content = contentOf(each);

        assertThat(content.isPresent()).isEqualTo(each.point().left() != Left.NOTHING);
        content.ifPresent(id -> {
            assertThat(census.chunksOf(id))
                    .hasSizeBetween(each.point().atLeast(), each.point().atMost());
            assertThat(census.sealed(id)).isEqualTo(each.point().left() != Left.INTENT);
            assertThat(census.row(id).orElseThrow().events())
                    .isEqualTo(each.point().left() == Left.PUBLISHED ? 1 : 0);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void showsOneWholeVersionAndNeverAnother(UploadCase each) {
        lapse.assertMeant(each.name(), each.meaning());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isCollectedInItsTime(UploadCase each) {
        contentOf(each).ifPresent(id -> lapse.assertWent(id, each.point().left()));
        Optional.ofNullable(replaced.get(each)).ifPresent(id -> lapse.assertWent(id, each.leftOfTheReplaced()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void takesTheNameAgain(UploadCase each) {
        byte[] again = Bytes.seeded(99, each.shape().length() + 1);

        stores.store(each.name(), again);

        assertThat(stores.read(each.name())).contains(Bytes.sha256(again));
    }

    @Test
    void leavesNothingInEitherStoreThatIsNotAFile() {
        lapse.assertSound();
        lapse.assertMeant(NEIGHBOUR, Optional.of(Bytes.sha256(NEIGHBOUR_BYTES)));
    }

    private Optional<UUID> contentOf(UploadCase each) {
        return lapse.begunBy(Objects.requireNonNull(dead.get(each)));
    }
}
