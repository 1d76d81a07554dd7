package dev.consigne.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.FileRecord;
import dev.consigne.testing.Bytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Deletes whose process dies before, in and after their one statement. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeleteCrashIT {
    private final Map<DeleteCase, FileRecord> found = new HashMap<>();
    private final Map<DeleteCase, String> openReads = new HashMap<>();
    private CrashStores stores;
    private TimeLapse lapse;

    @BeforeAll
    void crashAllAndLetTimePass() throws Exception {
        stores = CrashStores.empty();
        cases().forEach(each -> found.put(each, stores.store(each.name(), bytes(each))));
        AtOnce.each(cases(), each -> each.point().blow(content(each)).strike(Orders.delete(each.name(), Halt.NOWHERE)));
        cases().forEach(each -> openReads.put(each, stores.read(file(each))));
        lapse = TimeLapse.of(stores, cases().stream().map(DeleteCase::name).toList());
    }

    @AfterAll
    void close() {
        stores.close();
    }

    static List<DeleteCase> cases() {
        return DeleteCase.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void theFileIsThereOrIsNot(DeleteCase each) {
        boolean there = each.point().left() == Left.PUBLISHED;

        lapse.assertMeant(each.name(), there ? Optional.of(Bytes.sha256(bytes(each))) : Optional.empty());
        lapse.assertWent(content(each), each.point().left());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void aReadThatFoundTheFileBeforeComesToItsEnd(DeleteCase each) {
        assertThat(openReads.get(each)).isEqualTo(Bytes.sha256(bytes(each)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void theDeleteCanBeSentAgain(DeleteCase each) {
        CrashStores.await(Orders.delete(each.name(), Halt.NOWHERE).carryOut(stores.service()));

        assertThat(stores.read(each.name())).isEmpty();
    }

    @Test
    void leavesNothingInEitherStoreThatIsNotAFile() {
        lapse.assertSound();
    }

    private FileRecord file(DeleteCase each) {
        return Objects.requireNonNull(found.get(each));
    }

    private UUID content(DeleteCase each) {
        return file(each).content().contentId().value();
    }

    private static byte[] bytes(DeleteCase each) {
        return Bytes.seeded(each.name().hashCode(), each.shape().length());
    }
}
