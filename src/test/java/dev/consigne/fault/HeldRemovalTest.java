package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.ContentId;
import dev.consigne.job.JobEnd;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.job.StoreMarks;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One store was put back in time: no job removes anything until an operator has looked. */
@QuarkusTest
class HeldRemovalTest extends WithJobs {
    @Inject
    StoreMarks.OfChunks mongoMarks;

    private enum Rewound {
        POSTGRES(test -> test.rows.change("UPDATE store_identity SET mark = 0, mongo_mark = 0")),
        MONGODB(test -> await(test.mongoMarks.writeMark(0, true)));

        private final Consumer<HeldRemovalTest> putBack;

        Rewound(Consumer<HeldRemovalTest> putBack) {
            this.putBack = putBack;
        }
    }

    @BeforeEach
    void beginReleased() {
        await(guard.release());
    }

    @AfterEach
    void release() {
        await(guard.release());
    }

    @ParameterizedTest
    @EnumSource
    void theCollectorLeavesWhatIsDueUntilItIsReleased(Rewound rewound) {
        // Given
        ContentId due = await(store("file", bytes)).content().contentId();
        await(store("file", liveBytes));
        forward(RETENTION_OVER);
        rewound.putBack.accept(this);

        // When
        JobEnd held = end(JobName.COLLECTOR, JobOrder.REPAIR);

        // Then
        assertThat(held).isEqualTo(JobEnd.HELD);
        assertState(due, "TOMBSTONED");
        assertChunks(due, 4);
        await(guard.release());
        assertThat(end(JobName.COLLECTOR, JobOrder.REPAIR)).isEqualTo(JobEnd.DONE);
        assertState(due, "PURGED");
        assertRemoved(due);
    }

    @ParameterizedTest
    @EnumSource(
            value = JobName.class,
            names = {"COLLECTOR", "CHECK", "SCRUB", "ORPHANS", "FSCK"})
    void noJobThatMendsOrRemovesBegins(JobName name) {
        Rewound.MONGODB.putBack.accept(this);

        assertThat(end(name, JobOrder.REPAIR)).isEqualTo(JobEnd.HELD);
    }

    /** It is how an operator looks. */
    @ParameterizedTest
    @EnumSource(
            value = JobName.class,
            names = {"CHECK", "SCRUB", "ORPHANS", "FSCK"})
    void jobsThatOnlyTellGoOn(JobName name) {
        Rewound.MONGODB.putBack.accept(this);

        assertThat(end(name, JobOrder.REPORT)).isEqualTo(JobEnd.DONE);
    }
}
