package dev.consigne.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.FilePage;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileVersion;
import dev.consigne.file.FileVersions;
import dev.consigne.file.ListQuery;
import dev.consigne.file.MediaType;
import dev.consigne.file.ProtocolStep;
import dev.consigne.file.Slice;
import dev.consigne.file.UploadCommand;
import dev.consigne.memory.Caller;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.CatalogClock;
import dev.consigne.testing.CatalogRows;
import dev.consigne.testing.Samples;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** One bucket from its beginning to its end: the service on its stores, the time, and the model of what it should hold. */
final class World implements AutoCloseable {
    static final List<String> NAMES = List.of("a", "b/a", "b/ü");
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Every delay of the protocol one after the other, with a claim that lapses in between; versions are over first. */
    private static final List<Pause> FAR_AHEAD = List.of(
            Pause.LAST_SWEEP,
            Pause.CLAIM_OR_LEASE,
            Pause.CLAIM_OR_LEASE,
            Pause.RETENTION,
            Pause.CLAIM_OR_LEASE,
            Pause.LAST_SWEEP,
            Pause.CLAIM_OR_LEASE);

    private static final int PIECE_BYTES = 1500;
    private static final int MAX_STEPS = 500;

    /** More than a history has actions. */
    private static final int MOST_VERSIONS = 100;

    private final BucketName bucket = Samples.newBucket();
    private final Set<ContentId> begun = ConcurrentHashMap.newKeySet();
    private final Deque<HeldUpload> held = new ArrayDeque<>();
    private final CatalogRows rows;
    private final Model model;
    private final Stores stores;
    private final PassingTime time;
    private final Remains remains;
    private Replica replica;
    private int payloads;

    /** @param keeping what its bucket does at first */
    World(Stores stores, Keeping keeping) {
        this.rows = new CatalogRows(stores.pool());
        this.model = new Model(keeping);
        this.stores = stores;
        this.time = new PassingTime(new CatalogClock(stores.pool()));
        this.remains = new Remains(rows, stores.mongo(), begun);
        this.replica = new Replica(stores, time, begun);
        rows.change("INSERT INTO bucket (name) VALUES ($1)", bucket.value());
        set(keeping);
    }

    private void set(Keeping keeping) {
        rows.change(
                "UPDATE bucket SET versioned = $2, version_retention_seconds = nullif($3::bigint, 0) WHERE name = $1",
                bucket.value(),
                keeping.versions(),
                keeping.retention().map(Duration::toSeconds).orElse(0L));
    }

    /** The bucket does so from now on. */
    void keep(Keeping keeping) {
        set(keeping);
        model.happened(held -> held.keeping(keeping));
    }

    BucketName bucket() {
        return bucket;
    }

    Model model() {
        return model;
    }

    Replica replica() {
        return replica;
    }

    /** The id of a file that never was. */
    static FileId nobody() {
        return Samples.newFile();
    }

    /** Bytes that nobody stored before. */
    Payload newPayload(int length) {
        return new Payload(++payloads, length);
    }

    /** Begins to store. */
    CompletableFuture<FileRecord> send(Upload upload, Payload payload) {
        return store(upload, payload, Bytes.body(payload.bytes(), PIECE_BYTES));
    }

    /** Begins to store; the client goes after so many bytes, without having ended its body even if they are all. */
    CompletableFuture<FileRecord> sendAndGo(Upload upload, Payload payload, int bytesSent) {
        Multi<ByteBuffer> sent = Bytes.body(Arrays.copyOf(payload.bytes(), bytesSent), PIECE_BYTES);
        Multi<ByteBuffer> gone = Multi.createFrom().failure(new ClientGone());
        return store(upload, payload, Multi.createBy().concatenating().streams(sent, gone));
    }

    private CompletableFuture<FileRecord> store(Upload upload, Payload payload, Multi<ByteBuffer> body) {
        OptionalLong declared = upload.declared() ? OptionalLong.of(payload.length()) : OptionalLong.empty();
        UploadCommand command =
                new UploadCommand(bucket, new FileName(upload.name()), MediaType.OCTET_STREAM, declared);
        return replica.files().store(Caller.UNKNOWN, command, body).subscribeAsCompletionStage();
    }

    CompletableFuture<Void> delete(String name) {
        return replica.files().delete(bucket, new FileName(name)).subscribeAsCompletionStage();
    }

    Optional<FileRecord> find(String name) {
        Answer<FileRecord> answer =
                Answer.of(replica.files().file(bucket, new FileName(name)).subscribeAsCompletionStage());
        return answer.isRefused(ErrorCode.FILE_NOT_FOUND) ? Optional.empty() : Optional.of(answer.required());
    }

    byte[] read(FileRecord file, Slice slice) {
        Uni<List<ByteBuffer>> bytes =
                replica.files().content(Caller.UNKNOWN, file, slice).collect().asList();
        return Bytes.joined(Answer.of(bytes.subscribeAsCompletionStage()).required());
    }

    /** Name and version of every file, as the listing has them. */
    List<String> list(int pageSize) {
        List<String> found = new ArrayList<>();
        Optional<String> after = Optional.empty();
        for (boolean more = true; more; ) {
            ListQuery query = new ListQuery(bucket, "", after, pageSize);
            FilePage page = Answer.of(replica.files().list(query).subscribeAsCompletionStage())
                    .required();
            page.files().forEach(file -> found.add(file.name() + ": " + Version.of(file)));
            more = page.more();
            if (more) {
                after = Optional.of(
                        page.files().get(page.files().size() - 1).name().value());
            }
        }
        return found;
    }

    /** The process stands still with this upload, and another takes over. */
    void hold(Upload upload, Payload payload, CompletableFuture<Void> goOn, CompletableFuture<FileRecord> end) {
        held.add(new HeldUpload(upload, payload, goOn, end, replica, time.passed()));
        replica = new Replica(stores, time, begun);
    }

    /** Takes the upload that has been held longest. */
    Optional<HeldUpload> heldLongest() {
        return Optional.ofNullable(held.poll());
    }

    Duration passedSince(HeldUpload upload) {
        return time.passed().minus(upload.since());
    }

    void pass(Pause pause) {
        time.pass(pause.length());
        model.happened(held -> held.after(pause.length()));
    }

    /** Runs the collector until it finds nothing to do. */
    void collect() {
        int steps = 0;
        while (Answer.of(replica.collector().step().subscribeAsCompletionStage())
                .required()) {
            assertThat(++steps).as("steps of the collector").isLessThan(MAX_STEPS);
        }
        model.happened(Holdings::afterExpiry);
    }

    /** One step of the collector, if it comes so far at all. */
    void dieInCollector(ProtocolStep step) {
        CompletableFuture<?> reached = replica.probe().dieAt(step);
        CompletableFuture<Boolean> end = replica.collector().step().subscribeAsCompletionStage();
        Answer.of(CompletableFuture.anyOf(reached, end));
        model.happened(Holdings::afterExpiry); // before the first step it can die at
    }

    /** The process dies with everything it was doing, and another starts. */
    void restart() {
        replica.close();
        replica = new Replica(stores, time, begun);
    }

    /** Every name, and every generation that is kept, is what the model allows, byte for byte. */
    void look() {
        SortedMap<String, Seen.File> names = new TreeMap<>();
        NAMES.forEach(name -> find(name).ifPresent(file -> names.put(name, new Seen.File(file.id(), read(file)))));
        Set<FileId> ids = new HashSet<>(model.known());
        names.values().forEach(file -> ids.add(file.id()));
        Map<FileId, List<Seen.Generation>> past = new HashMap<>();
        ids.forEach(id -> past.put(id, generations(id)));
        model.seen(new Seen(names, past));
        remains.assertCounted();
    }

    /** When all delays are over, the stores hold what the model holds and nothing else; and nothing when that is deleted. */
    void end() {
        farAhead();
        look();
        assertThat(list(2)).hasSameSizeAs(model.present());
        remains.assertOnlyLive(model.held().contents());
        model.present().forEach(name -> {
            new Client.Delete(name).happenIn(this);
            look();
        });
        model.held().lives().forEach(this::giveUpAll);
        model.happened(Holdings::withoutPast);
        farAhead();
        look();
        remains.assertNothing();
    }

    @Override
    public void close() {
        held.forEach(upload -> upload.process().close());
        replica.close();
    }

    private void farAhead() {
        for (Pause pause : FAR_AHEAD) {
            pass(pause);
            collect();
        }
    }

    private void giveUpAll(Life life) {
        for (long generation : life.past().keySet()) {
            Answer<Void> answer = Answer.of(replica.versions()
                    .remove(life.id().orElseThrow(), generation)
                    .subscribeAsCompletionStage());
            assertThat(answer.refusal()).isEmpty();
        }
    }

    private Version read(FileRecord file) {
        byte[] bytes = read(file, new Slice(0, file.length()));
        return new Version(Bytes.sha256(bytes), bytes.length, file.generation());
    }

    private List<Seen.Generation> generations(FileId id) {
        Answer<List<FileVersion>> answer = Answer.of(
                replica.versions().list(id, FileVersions.NEWEST, MOST_VERSIONS).subscribeAsCompletionStage());
        if (answer.isRefused(ErrorCode.FILE_NOT_FOUND)) {
            return List.of();
        }
        return answer.required().stream()
                .map(version -> new Seen.Generation(read(version.file()), version.current(), version.deleted()))
                .toList();
    }

    /** What a body fails with. */
    static final class ClientGone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ClientGone() {
            super("the client has gone");
        }
    }
}
