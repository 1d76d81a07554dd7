package dev.consigne.model;

import static dev.consigne.testing.PublishOnTheWire.COMMIT;
import static dev.consigne.testing.PublishOnTheWire.NEW_FILE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.FileRecord;
import dev.consigne.file.ProtocolStep;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What breaks. */
final class Fault {
    /** Quarantine and the day after which an upload is swept for the last time, and no more than any pauses make of it. */
    private static final Duration LAST_SWEEP = Duration.ofHours(24).plusMinutes(15);

    private Fault() {}

    /** The process that runs the upload dies at the step: nothing of the upload happens after it. */
    record DieInUpload(Upload upload, ProtocolStep step) implements Action {
        @Override
        public void happenIn(World world) {
            Payload payload = world.newPayload(upload.length());
            CompletableFuture<?> reached = world.replica().probe().dieAt(step);
            CompletableFuture<FileRecord> end = world.send(upload, payload);
            Answer.of(CompletableFuture.anyOf(reached, end));
            if (end.isDone() || step == ProtocolStep.PUBLISHED) {
                world.model().stored(upload.name(), payload); // an empty body has no chunk to die at
            }
            world.restart();
        }
    }

    /** The process that runs the upload comes to stand at the step, until {@link GoOn}; another takes over meanwhile. */
    record StandStill(Upload upload, ProtocolStep step) implements Action {
        @Override
        public void happenIn(World world) {
            Payload payload = world.newPayload(upload.length());
            CompletableFuture<Void> goOn = new CompletableFuture<>();
            CompletableFuture<?> reached =
                    world.replica().probe().at(step, Uni.createFrom().completionStage(goOn));
            CompletableFuture<FileRecord> end = world.send(upload, payload);
            Answer.of(CompletableFuture.anyOf(reached, end));
            world.replica().probe().reset();
            if (end.isDone()) {
                world.model().stored(upload.name(), payload); // an empty body has no chunk to stand still at
            } else {
                world.hold(upload, payload, goOn, end);
            }
        }
    }

    /**
     * The upload that has stood still longest goes on; if its lease has lapsed meanwhile, it must not succeed. One that
     * would wake up after the last sweep never does: what it writes is left to those who look for orphans.
     */
    record GoOn() implements Action {
        @Override
        public void happenIn(World world) {
            world.heldLongest().ifPresent(held -> {
                if (world.passedSince(held).compareTo(LAST_SWEEP) > 0) {
                    held.process().close();
                    return;
                }
                held.goOn().complete(null);
                Answer<FileRecord> answer = Answer.of(held.end());
                held.process().close();
                if (world.passedSince(held).compareTo(Duration.ZERO) > 0) {
                    assertThat(answer.refusal())
                            .as("answer to the upload of %s, whose lease had lapsed", held.upload())
                            .hasValue(ErrorCode.UPLOAD_LOST);
                } else {
                    assertThat(Version.of(answer.required()))
                            .isEqualTo(world.model().next(held.upload().name(), held.payload()));
                    world.model().stored(held.upload().name(), held.payload());
                }
            });
        }
    }

    /** The wire to PostgreSQL breaks at the commit of an upload; if it stays down, what became of it cannot be told. */
    record BreakCommit(Upload upload, Loss loss, boolean staysDown) implements Action {
        @Override
        public void happenIn(World world) {
            Payload payload = world.newPayload(upload.length());
            boolean replaces = world.model().held().at(upload.name()).isPresent();
            loss.next(replaces ? COMMIT : NEW_FILE, world.replica().wireToPostgres());
            if (staysDown) {
                world.replica().wireToPostgres().refuseAfterCut();
            }
            Answer<FileRecord> answer = Answer.of(world.send(upload, payload));
            world.replica().wireToPostgres().up();
            if (staysDown) {
                assertThat(answer.refusal()).hasValue(ErrorCode.COMMIT_UNKNOWN);
                world.model().mayHaveHappened(held -> held.stored(upload.name(), payload));
            } else {
                assertThat(Version.of(answer.required()))
                        .isEqualTo(world.model().next(upload.name(), payload));
                world.model().stored(upload.name(), payload);
            }
        }
    }

    /** The wire to PostgreSQL breaks at a delete. */
    record BreakDelete(String name, Loss loss, boolean staysDown) implements Action {
        @Override
        public void happenIn(World world) {
            Optional<FileRecord> file = world.find(name);
            file.ifPresent(found -> {
                loss.next(
                        found.content().contentId().toString(), world.replica().wireToPostgres());
                if (staysDown) {
                    world.replica().wireToPostgres().refuseAfterCut();
                }
                Answer<Void> answer = Answer.of(world.delete(name));
                world.replica().wireToPostgres().up();
                if (staysDown) {
                    assertThat(answer.refusal()).hasValue(ErrorCode.COMMIT_UNKNOWN);
                    world.model().mayHaveHappened(held -> held.deleted(name));
                } else {
                    assertThat(answer.refusal()).isEmpty();
                    world.model().deleted(name);
                }
            });
        }
    }

    /** The wire to PostgreSQL breaks at the commit of a change that moves no bytes, if it comes so far. */
    record BreakChange(Change change, Loss loss, boolean staysDown) implements Action {
        @Override
        public void happenIn(World world) {
            if (change.refusal(world.model().held()).isPresent()) {
                return;
            }
            loss.next(COMMIT, world.replica().wireToPostgres());
            if (staysDown) {
                world.replica().wireToPostgres().refuseAfterCut();
            }
            Answer<?> answer = Answer.of(change.ask(world));
            world.replica().wireToPostgres().up();
            if (staysDown) {
                assertThat(answer.refusal()).hasValue(ErrorCode.COMMIT_UNKNOWN);
                world.model().mayHaveHappened(change::effect);
            } else {
                assertThat(answer.refusal()).isEmpty();
                world.model().happened(change::effect);
            }
        }
    }

    /** The wire to MongoDB breaks in the middle of an upload; a driver that can send again makes good for it. */
    record BreakChunks(Upload upload, Place place, Loss loss) implements Action {
        @Override
        public void happenIn(World world) {
            Payload payload = world.newPayload(upload.length());
            loss.next(place.text, world.replica().wireToMongo());
            Answer<FileRecord> answer = Answer.of(world.send(upload, payload));
            if (answer.isRefused()) {
                assertThat(answer.refusal()).hasValue(ErrorCode.STORE_UNAVAILABLE);
            } else {
                world.model().stored(upload.name(), payload);
            }
            world.restart();
        }
    }

    /** Where in an upload the wire to MongoDB breaks, by what is in the request. */
    enum Place {
        ANNOUNCEMENT("manifests"),
        FIRST_CHUNK(":00000000"),
        SECOND_CHUNK(":00000001"),
        MANIFEST("sha256");

        private final String text;

        Place(String text) {
            this.text = text;
        }
    }
}
