package dev.consigne.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Slice;
import dev.consigne.testing.Bytes;
import java.util.Arrays;
import java.util.Optional;

/** What clients do while nothing is broken. */
final class Client {
    private Client() {}

    /** Creates or replaces. */
    record Store(Upload upload) implements Action {
        @Override
        public void happenIn(World world) {
            Payload payload = world.newPayload(upload.length());
            FileRecord file = Answer.of(world.send(upload, payload)).required();
            assertThat(Version.of(file)).isEqualTo(world.model().next(upload.name(), payload));
            world.model().stored(upload.name(), payload);
        }
    }

    /** Sends only some of the bytes and goes. */
    record GoAway(Upload upload, int permille) implements Action {
        @Override
        public void happenIn(World world) {
            Payload payload = world.newPayload(upload.length());
            int sent = (int) ((long) payload.length() * permille / 1000);
            assertThat(world.sendAndGo(upload, payload, sent))
                    .failsWithin(World.PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(World.ClientGone.class);
        }
    }

    /** Deletes what may be there or not. */
    record Delete(String name) implements Action {
        @Override
        public void happenIn(World world) {
            Answer<Void> answer = Answer.of(world.delete(name));
            if (world.model().current(name).isPresent()) {
                assertThat(answer.refusal()).isEmpty();
            } else {
                assertThat(answer.refusal()).hasValue(ErrorCode.FILE_NOT_FOUND);
            }
            world.model().deleted(name);
        }
    }

    /** Changes something without moving bytes. */
    record Do(Change change) implements Action {
        @Override
        public void happenIn(World world) {
            Optional<ErrorCode> refusal = change.refusal(world.model().held());
            Answer<?> answer = Answer.of(change.ask(world));
            assertThat(answer.refusal()).isEqualTo(refusal);
            if (refusal.isEmpty()) {
                world.model().happened(change::effect);
            }
        }
    }

    /** Reads a part; the whole is read after every action anyway. */
    record ReadRange(String name, int fromPermille, int toPermille) implements Action {
        @Override
        public void happenIn(World world) {
            Optional<FileRecord> file = world.find(name);
            file.ifPresent(found -> {
                long from = found.length() * Math.min(fromPermille, toPermille) / 1000;
                long to = found.length() * Math.max(fromPermille, toPermille) / 1000;
                byte[] whole = world.read(found, new Slice(0, found.length()));
                byte[] part = world.read(found, new Slice(from, to - from));
                assertThat(Bytes.sha256(part))
                        .as("bytes %d to %d of %s", from, to, name)
                        .isEqualTo(Bytes.sha256(Arrays.copyOfRange(whole, (int) from, (int) to)));
            });
        }
    }

    /** Lists everything, page by page. */
    record ListAll(int pageSize) implements Action {
        @Override
        public void happenIn(World world) {
            assertThat(world.list(pageSize))
                    .isEqualTo(world.model().present().stream()
                            .map(name ->
                                    name + ": " + world.model().current(name).orElseThrow())
                            .toList());
        }
    }
}
