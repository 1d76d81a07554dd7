package dev.consigne.model;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.ClaimedDigests;
import dev.consigne.file.EntityTags;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Preconditions;
import dev.consigne.file.UploadCommand;
import dev.consigne.file.UploadTerms;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** A change that moves no bytes: how it is asked for, and what the model says to it. What is not there is not asked for. */
interface Change {
    CompletableFuture<?> ask(World world);

    /** What it must be refused with; empty: it must be done. */
    Optional<ErrorCode> refusal(Holdings held);

    /** Only to be asked where it is not refused. */
    Holdings effect(Holdings held);

    /** Another name gets the content of this one. */
    record Copy(String from, String to, boolean overwrite) implements Change {
        @Override
        public CompletableFuture<?> ask(World world) {
            FileId source = world.model().held().at(from).flatMap(Life::id).orElseGet(World::nobody);
            return world.replica()
                    .files()
                    .copy(source, Preconditions.NONE, seen -> command(world, seen))
                    .subscribeAsCompletionStage();
        }

        private UploadCommand command(World world, FileRecord source) {
            Optional<EntityTags> any = overwrite ? Optional.empty() : Optional.of(EntityTags.ANY);
            Preconditions free = new Preconditions(Optional.empty(), any, Optional.empty(), Optional.empty());
            return new UploadCommand(
                            world.bucket(), new FileName(to), source.mediaType(), OptionalLong.of(source.length()))
                    .withTerms(new UploadTerms(
                            free,
                            Optional.empty(),
                            Optional.of(source.labels().metadata()),
                            Optional.of(source.labels().tags()),
                            ClaimedDigests.NONE));
        }

        @Override
        public Optional<ErrorCode> refusal(Holdings held) {
            if (held.at(from).isEmpty()) {
                return Optional.of(ErrorCode.FILE_NOT_FOUND);
            }
            boolean taken = !overwrite && held.at(to).isPresent();
            return from.equals(to) || taken ? Optional.of(ErrorCode.NAME_TAKEN) : Optional.empty();
        }

        @Override
        public Holdings effect(Holdings held) {
            return held.copied(from, to);
        }
    }

    /** A file gets another name. */
    record Move(String from, String to) implements Change {
        @Override
        public CompletableFuture<?> ask(World world) {
            FileId file = world.model().held().at(from).flatMap(Life::id).orElseGet(World::nobody);
            return world.replica()
                    .files()
                    .move(file, Preconditions.NONE, Optional.empty(), new FileName(to))
                    .subscribeAsCompletionStage();
        }

        @Override
        public Optional<ErrorCode> refusal(Holdings held) {
            if (held.at(from).isEmpty()) {
                return Optional.of(ErrorCode.FILE_NOT_FOUND);
            }
            return held.at(to).isPresent() ? Optional.of(ErrorCode.NAME_TAKEN) : Optional.empty();
        }

        @Override
        public Holdings effect(Holdings held) {
            return held.moved(from, to);
        }
    }

    /** A generation becomes the newest again, be its file deleted or not. */
    record Restore(int file, int generation) implements Change {
        @Override
        public CompletableFuture<?> ask(World world) {
            Holdings held = world.model().held();
            Optional<Life> life = pick(held.lives(), file);
            FileId id = life.flatMap(Life::id).orElseGet(World::nobody);
            long number = life.flatMap(this::number).orElse(1L);
            return world.replica()
                    .versions()
                    .restore(id, number, Preconditions.NONE)
                    .subscribeAsCompletionStage();
        }

        @Override
        public Optional<ErrorCode> refusal(Holdings held) {
            Optional<Life> life = pick(held.lives(), file);
            if (life.isPresent() && life.get().now().isPresent()) {
                return Optional.empty();
            }
            return life.filter(Life::canComeBack)
                    .map(gone -> held.at(gone.name()).map(other -> ErrorCode.NAME_TAKEN))
                    .orElse(Optional.of(ErrorCode.FILE_NOT_FOUND));
        }

        @Override
        public Holdings effect(Holdings held) {
            Life life = pick(held.lives(), file).orElseThrow();
            return held.restored(life, number(life).orElseThrow());
        }

        private Optional<Long> number(Life life) {
            return pick(life.generations(), generation).map(one -> one.version().generation());
        }
    }

    /** A deleted file comes back as it was. */
    record Undelete(int file) implements Change {
        @Override
        public CompletableFuture<?> ask(World world) {
            FileId id =
                    pick(world.model().held().lives(), file).flatMap(Life::id).orElseGet(World::nobody);
            return world.replica().versions().undelete(id, Preconditions.NONE).subscribeAsCompletionStage();
        }

        @Override
        public Optional<ErrorCode> refusal(Holdings held) {
            Optional<Life> life = pick(held.lives(), file);
            if (life.isPresent() && life.get().now().isPresent()) {
                return Optional.of(ErrorCode.NAME_TAKEN);
            }
            return life.filter(Life::canComeBack)
                    .map(gone -> held.at(gone.name()).map(other -> ErrorCode.NAME_TAKEN))
                    .orElse(Optional.of(ErrorCode.FILE_NOT_FOUND));
        }

        @Override
        public Holdings effect(Holdings held) {
            Life life = pick(held.lives(), file).orElseThrow();
            return held.restored(life, life.last());
        }
    }

    /** A generation is given up by hand. */
    record GiveUp(int file, int generation) implements Change {
        @Override
        public CompletableFuture<?> ask(World world) {
            Optional<Life> life = pick(world.model().held().lives(), file);
            FileId id = life.flatMap(Life::id).orElseGet(World::nobody);
            long number = life.flatMap(this::number).orElse(1L);
            return world.replica().versions().remove(id, number).subscribeAsCompletionStage();
        }

        @Override
        public Optional<ErrorCode> refusal(Holdings held) {
            Optional<Life> life = pick(held.lives(), file);
            Optional<Long> number = life.flatMap(this::number);
            if (number.isEmpty()) {
                return Optional.of(ErrorCode.VERSION_NOT_FOUND);
            }
            return life.get().past().containsKey(number.get())
                    ? Optional.empty()
                    : Optional.of(ErrorCode.VERSION_CURRENT);
        }

        @Override
        public Holdings effect(Holdings held) {
            Life life = pick(held.lives(), file).orElseThrow();
            return held.givenUp(life, number(life).orElseThrow());
        }

        private Optional<Long> number(Life life) {
            return pick(life.generations(), generation).map(one -> one.version().generation());
        }
    }

    private static <T> Optional<T> pick(List<T> all, int number) {
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(number % all.size()));
    }
}
