package dev.consigne.bulk;

import dev.consigne.bulk.BulkCatalog.Progress;
import dev.consigne.bulk.BulkCatalog.Selected;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileService;
import dev.consigne.file.Ids;
import dev.consigne.file.Labels;
import dev.consigne.file.Preconditions;
import dev.consigne.file.Tags;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Takes bulk tasks and carries them out step by step. Each file is changed as by a request of its own; a step that is cut
 * off is done again from its checkpoint, which does no harm: what was done is done, or is counted as not found.
 */
@ApplicationScoped
public class BulkService {
    /** Files of a step. */
    private static final int STEP = 50;

    private final BulkCatalog catalog;
    private final FileService files;
    private final Ids ids;

    public BulkService(BulkCatalog catalog, FileService files, Ids ids) {
        this.catalog = catalog;
        this.files = files;
        this.ids = ids;
    }

    /** As {@link BulkCatalog#create}. It is carried out later, in whichever process takes it. */
    public Uni<BulkTask> accept(BulkOrder order) {
        return catalog.create(new BulkId(ids.newFile().value()), order);
    }

    /** The task, or {@link ErrorCode#TASK_NOT_FOUND}. */
    public Uni<BulkTask> task(BulkId id) {
        return catalog.find(id).map(found -> found.orElseThrow(BulkService::none));
    }

    /** Stops the task; what was done stays done. Does nothing if it has ended. */
    public Uni<Void> cancel(BulkId id) {
        return task(id).chain(() -> catalog.cancel(id)).replaceWithVoid();
    }

    /**
     * Carries out the next step of the oldest task.
     *
     * @return files looked at; empty if there is nothing to do. Fails if a store does not answer: the step is to be done
     *     again
     */
    public Uni<Optional<Long>> step() {
        return catalog.next()
                .chain(next -> next.map(task -> step(task).map(Optional::of))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())));
    }

    private Uni<Long> step(BulkTask task) {
        return selected(task)
                .chain(step -> carryOut(task, step))
                .chain(progress -> catalog.advance(task, progress)
                        .replaceWith(progress.done() + progress.failures().size()));
    }

    private Uni<Step> selected(BulkTask task) {
        BulkOrder order = task.order();
        if (order.selection() instanceof Selection.Prefix by) {
            return catalog.behind(order.bucket(), by.prefix(), task.checkpoint(), STEP)
                    .map(found -> new Step(
                            found.size() < STEP
                                    ? task.checkpoint()
                                    : found.get(found.size() - 1).name().value(),
                            found.size() < STEP,
                            found,
                            List.of()));
        }
        List<FileId> all = ((Selection.Ids) order.selection()).ids();
        int from = task.checkpoint().isEmpty() ? 0 : Integer.parseInt(task.checkpoint());
        List<FileId> some = all.subList(Math.min(from, all.size()), Math.min(from + STEP, all.size()));
        return catalog.of(order.bucket(), some).map(found -> {
            Map<FileId, Selected> byId = found.stream().collect(Collectors.toMap(Selected::id, Function.identity()));
            return new Step(
                    Integer.toString(from + some.size()),
                    from + some.size() >= all.size(),
                    some.stream().filter(byId::containsKey).map(byId::get).toList(),
                    some.stream().filter(id -> !byId.containsKey(id)).toList());
        });
    }

    private Uni<Progress> carryOut(BulkTask task, Step step) {
        List<BulkFailure> failures = new ArrayList<>();
        step.absent().forEach(id -> failures.add(new BulkFailure(id, ErrorCode.FILE_NOT_FOUND.code())));
        return Multi.createFrom()
                .iterable(step.files())
                .onItem()
                .transformToUniAndConcatenate(file -> changed(task.order(), file)
                        .onFailure(BulkService::isOfTheFile)
                        .recoverWithItem(failure -> {
                            failures.add(new BulkFailure(
                                    file.id(),
                                    ((ServiceException) failure).code().code()));
                            return false;
                        }))
                .filter(done -> done)
                .collect()
                .with(Collectors.counting())
                .map(done -> new Progress(step.checkpoint(), step.last(), done, failures));
    }

    /**
     * What is wrong with one file is noted; what is wrong with a store stops the step. A quota is its bucket's owner's:
     * waiting for him, nobody else's task would get its turn.
     */
    private static boolean isOfTheFile(Throwable failure) {
        return failure instanceof ServiceException service
                && (service.code().status() < 500 || service.code() == ErrorCode.QUOTA_EXCEEDED);
    }

    private Uni<Boolean> changed(BulkOrder order, Selected file) {
        Uni<?> change = switch (Kind.of(order.change())) {
            case DELETE -> files.delete(file.id(), Preconditions.NONE);
            case TAG ->
                files.change(
                        file.id(),
                        Preconditions.NONE,
                        labels -> tagged(labels, ((BulkChange.Tag) order.change()).patch()));
            case MOVE -> move(order, (BulkChange.Move) order.change(), file);
        };
        return change.replaceWith(true);
    }

    private Uni<?> move(BulkOrder order, BulkChange.Move to, Selected file) {
        String rest = order.selection() instanceof Selection.Prefix by
                ? file.name().value().substring(by.prefix().length())
                : file.name().lastSegment();
        return Uni.createFrom()
                .item(() -> new FileName(to.prefix() + rest))
                .chain(name -> files.move(file.id(), Preconditions.NONE, to.bucket(), name));
    }

    private static Labels tagged(Labels labels, Map<String, Optional<String>> patch) {
        Map<String, String> tags = new TreeMap<>(labels.tags().values());
        patch.forEach((key, value) -> value.ifPresentOrElse(text -> tags.put(key, text), () -> tags.remove(key)));
        return new Labels(labels.mediaType(), labels.metadata(), Tags.of(tags));
    }

    private static ServiceException none() {
        return new ServiceException(ErrorCode.TASK_NOT_FOUND, "There is no such bulk task, or it was forgotten.");
    }

    /** For a switch: Java 17 has none over types. */
    private enum Kind {
        DELETE,
        TAG,
        MOVE;

        static Kind of(BulkChange change) {
            return change instanceof BulkChange.Delete ? DELETE : change instanceof BulkChange.Tag ? TAG : MOVE;
        }
    }

    /** The files of a step, and those that are not in the bucket. */
    private record Step(String checkpoint, boolean last, List<Selected> files, List<FileId> absent) {}
}
