package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.ContentId;
import dev.consigne.job.Finding;
import dev.consigne.job.FindingKind;
import dev.consigne.job.HeldException;
import dev.consigne.job.JobEnd;
import dev.consigne.job.JobLog;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.job.JobRunner;
import dev.consigne.job.RewindGuard;
import dev.consigne.testing.StoredChunks;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.BeforeEach;

/** The jobs on the real stores. What other tests left there is found too; each looks for its own. */
abstract class WithJobs extends WithStores {
    static final JobOrder DEEP = new JobOrder(JobOrder.Mode.REPORT, true);
    static final JobOrder DEEP_REPAIR = new JobOrder(JobOrder.Mode.REPAIR, true);
    private static final int PAGE = 500;

    @Inject
    JobRunner runner;

    @Inject
    JobLog log;

    @Inject
    ReactiveMongoClient mongo;

    @Inject
    RewindGuard guard;

    StoredChunks stored;

    @BeforeEach
    void reachThroughToTheDocuments() {
        stored = new StoredChunks(mongo);
        letTheGuardSeeTheClock();
    }

    /** Time passes as if slowly: the one run that a jump of the clock holds is over. */
    void forward(Duration ahead) {
        clock.ahead(ahead);
        letTheGuardSeeTheClock();
    }

    void letTheGuardSeeTheClock() {
        await(guard.pass().onFailure(HeldException.class).recoverWithNull());
    }

    JobEnd end(JobName name, JobOrder order) {
        return await(runner.run(name, order, Duration.ZERO)).orElseThrow();
    }

    List<Finding> run(JobName name, JobOrder order) {
        assertThat(end(name, order)).isEqualTo(JobEnd.DONE);
        return findings(name);
    }

    List<Finding> findings(JobName name) {
        List<Finding> all = new ArrayList<>();
        long after = 0;
        List<JobLog.Numbered> page = await(log.findings(name, after, PAGE));
        while (!page.isEmpty()) {
            page.forEach(numbered -> all.add(numbered.finding()));
            after = page.get(page.size() - 1).number();
            page = await(log.findings(name, after, PAGE));
        }
        return all;
    }

    static List<FindingKind> kinds(List<Finding> findings, ContentId id) {
        return findings.stream()
                .filter(finding -> finding.contentId().equals(id))
                .map(Finding::kind)
                .sorted()
                .toList();
    }

    void deleteManifest(ContentId id) {
        long count = mongo.getDatabase("consigne")
                .getCollection("manifests", BsonDocument.class)
                .deleteOne(new BsonDocument("_id", new BsonString(id.toString())))
                .await()
                .atMost(Duration.ofSeconds(20))
                .getDeletedCount();
        assertThat(count).isOne();
    }
}
