package dev.consigne.job;

import dev.consigne.file.Chunk;
import dev.consigne.file.ChunkStore;
import dev.consigne.file.ContentId;
import dev.consigne.file.ContentLayout;
import dev.consigne.file.ContentMeter;
import dev.consigne.file.Manifest;
import dev.consigne.file.StoredContent;
import dev.consigne.file.UnreadableManifestException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Holds what MongoDB has of one content against what the catalog says of it. Changes nothing. A store that fails is a
 * failure and never a finding; what is not there at first sight is looked for a second time.
 */
@ApplicationScoped
class ContentCheck {
    /** Chunks asked for by name together. */
    private static final int NAMES = 64;

    /** Chunks held in memory together. */
    private static final int CHUNKS = 2;

    /** How far beyond its end chunks are looked for; the protocol can leave none there. */
    static final int BEYOND = 8;

    private final ChunkStore chunks;
    private final ChunkInventory inventory;

    ContentCheck(ChunkStore chunks, ChunkInventory inventory) {
        this.chunks = chunks;
        this.inventory = inventory;
    }

    /** Whether manifest and chunks are there; no bytes are fetched. */
    Uni<List<Finding>> light(CatalogEntry entry) {
        StoredContent content = entry.content();
        return missing(content)
                .chain(missing -> aroundIt(entry).map(findings -> {
                    if (!missing.isEmpty()) {
                        findings.add(Finding.of(FindingKind.MISSING_CHUNKS, entry, "chunks missing: " + missing));
                    }
                    return findings;
                }));
    }

    /** Everything, byte by byte; memory for two chunks. */
    Uni<List<Finding>> deep(CatalogEntry entry, Pace bytesPerSecond) {
        ByteAudit audit = new ByteAudit(entry.content());
        return inWindows(
                        entry.content().layout().chunkCount(),
                        CHUNKS,
                        first -> window(entry.content(), first, audit).chain(bytesPerSecond::after))
                .chain(() -> aroundIt(entry))
                .invoke(findings -> audit.tell(entry, findings));
    }

    /** Manifest, and chunks beyond the end. */
    private Uni<List<Finding>> aroundIt(CatalogEntry entry) {
        ContentId id = entry.content().contentId();
        return manifest(entry)
                .chain(wrong -> inventory
                        .present(id, entry.content().layout().chunkCount(), BEYOND)
                        .map(extra -> {
                            List<Finding> findings = new ArrayList<>();
                            wrong.ifPresent(findings::add);
                            if (!extra.isEmpty()) {
                                findings.add(Finding.of(
                                        FindingKind.EXTRA_CHUNKS, entry, "chunks beyond the end: " + numbers(extra)));
                            }
                            if (entry.file().isEmpty()) {
                                findings.add(Finding.of(FindingKind.UNREFERENCED, entry, "no file refers to it"));
                            } else if (entry.counted() != entry.referring()) {
                                findings.add(Finding.of(
                                        FindingKind.MISCOUNTED,
                                        entry,
                                        "counted " + entry.counted() + " files and versions, there are "
                                                + entry.referring()));
                            }
                            return findings;
                        }));
    }

    private Uni<Optional<Finding>> manifest(CatalogEntry entry) {
        return chunks.manifest(entry.content().contentId())
                .map(manifest -> judge(entry, manifest))
                .onFailure(UnreadableManifestException.class)
                .recoverWithItem(failure -> Optional.of(
                        Finding.of(FindingKind.MISMATCHED_MANIFEST, entry, String.valueOf(failure.getMessage()))));
    }

    private static Optional<Finding> judge(CatalogEntry entry, Optional<Manifest> manifest) {
        if (manifest.isEmpty()) {
            return Optional.of(Finding.of(FindingKind.MISSING_MANIFEST, entry, "MongoDB has no manifest"));
        }
        StoredContent there = manifest.get().content();
        return there.equals(entry.content())
                ? Optional.empty()
                : Optional.of(Finding.of(
                        FindingKind.MISMATCHED_MANIFEST,
                        entry,
                        "catalog: " + account(entry.content()) + "; manifest: " + account(there)));
    }

    private static String account(StoredContent content) {
        return "length " + content.layout().length() + ", chunk size "
                + content.layout().chunkSize() + ", SHA-256 " + content.sha256();
    }

    private Uni<NumberList> missing(StoredContent content) {
        NumberList missing = new NumberList();
        int count = content.layout().chunkCount();
        return inWindows(count, NAMES, first -> {
                    int size = Math.min(NAMES, count - first);
                    return twice(
                                    () -> inventory.present(content.contentId(), first, size),
                                    found -> found.size() == size)
                            .invoke(found -> {
                                for (int number = first; number < first + size; number++) {
                                    if (!found.contains(number)) {
                                        missing.add(number);
                                    }
                                }
                            })
                            .replaceWithVoid();
                })
                .replaceWith(missing);
    }

    /** Answers with the bytes that were read. */
    private Uni<Long> window(StoredContent content, int first, ByteAudit audit) {
        int size = Math.min(CHUNKS, content.layout().chunkCount() - first);
        return twice(() -> chunks.read(content.contentId(), first, size), found -> audit.allRight(found, size))
                .map(found -> audit.pass(first, size, found));
    }

    /** A server that has just lost its rank may answer without its newest documents. */
    private static <T> Uni<T> twice(
            java.util.function.Supplier<Uni<T>> question, java.util.function.Predicate<T> right) {
        return question.get()
                .chain(found -> right.test(found) ? Uni.createFrom().item(found) : question.get());
    }

    private static Uni<Void> inWindows(int count, int size, IntFunction<Uni<Void>> work) {
        int windows = (int) ((count + size - 1L) / size);
        return Multi.createFrom()
                .range(0, windows)
                .onItem()
                .transformToUniAndConcatenate(window -> work.apply(window * size))
                .onItem()
                .ignoreAsUni();
    }

    private static NumberList numbers(Set<Integer> numbers) {
        NumberList list = new NumberList();
        numbers.stream().sorted().forEach(list::add);
        return list;
    }

    /** What was seen of one content's bytes. */
    private static final class ByteAudit {
        private final StoredContent content;
        private final ContentMeter meter = new ContentMeter(Long.MAX_VALUE);
        private final NumberList missing = new NumberList();
        private final NumberList damaged = new NumberList();

        ByteAudit(StoredContent content) {
            this.content = content;
        }

        boolean allRight(List<Chunk> found, int size) {
            return found.size() == size && found.stream().allMatch(this::right);
        }

        private boolean right(Chunk chunk) {
            ContentLayout layout = content.layout();
            return chunk.intact() && chunk.length() == layout.lengthOf(chunk.number());
        }

        long pass(int first, int size, List<Chunk> found) {
            Map<Integer, Chunk> byNumber = found.stream().collect(Collectors.toMap(Chunk::number, Function.identity()));
            long bytes = 0;
            for (int number = first; number < first + size; number++) {
                Chunk chunk = byNumber.get(number);
                if (chunk == null) {
                    missing.add(number);
                    continue;
                }
                bytes += chunk.length();
                if (right(chunk)) {
                    meter.pass(chunk.data());
                } else {
                    damaged.add(number);
                }
            }
            return bytes;
        }

        void tell(CatalogEntry entry, List<Finding> findings) {
            if (!missing.isEmpty()) {
                findings.add(Finding.of(FindingKind.MISSING_CHUNKS, entry, "chunks missing: " + missing));
            }
            if (!damaged.isEmpty()) {
                findings.add(Finding.of(FindingKind.DAMAGED_CHUNKS, entry, "chunks not as written: " + damaged));
            }
            if (missing.isEmpty() && damaged.isEmpty()) {
                StoredContent found =
                        meter.total(content.contentId(), content.layout().chunkSize());
                if (!found.equals(content)) {
                    findings.add(Finding.of(
                            FindingKind.WRONG_DIGEST,
                            entry,
                            "catalog: " + account(content) + "; bytes: " + account(found)));
                }
            }
        }
    }
}
