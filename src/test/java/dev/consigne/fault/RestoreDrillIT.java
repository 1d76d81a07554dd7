package dev.consigne.fault;

import static dev.consigne.job.FindingKind.ADOPTABLE;
import static dev.consigne.job.FindingKind.MISSING_CHUNKS;
import static dev.consigne.job.FindingKind.MISSING_MANIFEST;
import static dev.consigne.job.FindingKind.SUSPECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.crash.WiredService;
import dev.consigne.embedded.StorePair;
import dev.consigne.error.ErrorCode;
import dev.consigne.file.BeginOutcome;
import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileCatalog;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Manifest;
import dev.consigne.file.PendingContent;
import dev.consigne.file.ProtocolProbe;
import dev.consigne.file.Slice;
import dev.consigne.file.StoredContent;
import dev.consigne.file.UploadCommand;
import dev.consigne.job.Finding;
import dev.consigne.job.FindingKind;
import dev.consigne.job.HeldException;
import dev.consigne.job.JobMeters;
import dev.consigne.job.RewindGuard;
import dev.consigne.job.WiredAdoption;
import dev.consigne.memory.Caller;
import dev.consigne.mongo.WiredChunkStore;
import dev.consigne.postgres.WiredCatalog;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.CatalogClock;
import dev.consigne.testing.HandTicker;
import dev.consigne.testing.Samples;
import io.quarkus.mongodb.impl.ReactiveMongoClientImpl;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The drill of a restore: each store is put back to each of three moments. Removal is held unless both are of one moment,
 * the check tells exactly what was lost and what can be adopted, what nobody disputes is adopted, and after the release
 * nothing else is lost. At each moment one upload is complete and not yet published; it is acknowledged after it.
 */
@Timeout(300)
class RestoreDrillIT {
    private static final String FOLDER = "stores-restore-drill";
    private static final BucketName BUCKET = new BucketName("drill");
    private static final List<String> MOMENTS = List.of("first", "second", "now");
    private static final String TIMEOUT = "20s";
    private static final int COLLECTOR_BATCH = 20;
    private static final int MAX_STEPS = 100;
    private static final StoppedStores STOPPED = new StoppedStores(FOLDER);

    /** What the test knows to have been there at each moment. */
    private static final Map<String, Model> MODELS = new HashMap<>();

    /** What a file was. */
    private record Version(ContentId id, String sha256) {}

    /** What was uploaded, and as what. */
    private record Upload(String name, Version version) {}

    /**
     * @param stored every content that was ever published, with those replaced and deleted since
     * @param running complete and not published yet
     */
    private record Model(Map<String, Version> files, Map<ContentId, Upload> stored, Map<ContentId, Upload> running) {
        Model copy() {
            return new Model(new TreeMap<>(files), new HashMap<>(stored), new HashMap<>(running));
        }

        Map<ContentId, Upload> complete() {
            Map<ContentId, Upload> all = new HashMap<>(stored);
            all.putAll(running);
            return all;
        }

        /** By content, the name of what is a file here and was not complete there yet. */
        Map<ContentId, String> lostIn(Model chunks) {
            return files.entrySet().stream()
                    .filter(file ->
                            !chunks.complete().containsKey(file.getValue().id()))
                    .collect(Collectors.toMap(file -> file.getValue().id(), Map.Entry::getKey));
        }

        /** What is complete there and was not published here. */
        Map<ContentId, Upload> unpublishedOf(Model chunks) {
            Map<ContentId, Upload> all = chunks.complete();
            all.keySet().removeAll(stored.keySet());
            return all;
        }

        /** Of these, what alone claims a name that is free here, by its name. */
        Map<String, Version> adoptedOf(Map<ContentId, Upload> claimants) {
            Map<String, Version> adopted = new TreeMap<>();
            claimants.values().stream()
                    .collect(Collectors.groupingBy(Upload::name))
                    .forEach((name, claims) -> {
                        if (claims.size() == 1 && !files.containsKey(name)) {
                            adopted.put(name, claims.get(0).version());
                        }
                    });
            return adopted;
        }
    }

    /** The upload that is complete, for the moment after. */
    private record Sealed(PendingContent pending, StoredContent content, UploadCommand command) {}

    private static Optional<Sealed> sealed = Optional.empty();

    @BeforeAll
    static void liveThroughThreeMoments() throws IOException, InterruptedException {
        STOPPED.beginAnew();
        Model model = new Model(new TreeMap<>(), new HashMap<>(), new HashMap<>());
        for (String moment : MOMENTS) {
            try (StorePair stores = StorePair.start(FOLDER);
                    Running service = Running.on(stores)) {
                service.migrate(stores);
                service.work(model, moment);
            }
            STOPPED.keep(moment);
            MODELS.put(moment, model.copy());
        }
    }

    @AfterAll
    static void leaveNoCopies() throws IOException {
        STOPPED.removeCopies();
    }

    @ParameterizedTest(name = "PostgreSQL of {0}, MongoDB of {1}")
    @CsvSource({"first,now", "now,first", "first,second", "second,first", "second,second"})
    void tellsWhatFitsAndLosesNothingElse(String postgres, String mongo) throws Exception {
        // Given
        Model catalog = MODELS.get(postgres).copy();
        Model chunks = MODELS.get(mongo);
        Map<ContentId, String> lost = catalog.lostIn(chunks);
        Map<ContentId, Upload> unpublished = catalog.unpublishedOf(chunks);
        Map<String, Version> adopted = catalog.adoptedOf(unpublished);
        Map<ContentId, List<FindingKind>> expected = new HashMap<>();
        lost.keySet().forEach(id -> expected.put(id, List.of(MISSING_CHUNKS, MISSING_MANIFEST)));
        unpublished
                .keySet()
                .forEach(id -> expected.put(id, List.of(catalog.running().containsKey(id) ? SUSPECT : ADOPTABLE)));
        assertThat(expected.values().stream().allMatch(List.of(SUSPECT)::equals))
                .as("nothing to tell")
                .isEqualTo(postgres.equals(mongo));

        // When
        STOPPED.putBack(StoppedStores.POSTGRES, postgres);
        STOPPED.putBack(StoppedStores.MONGO, mongo);

        // Then
        try (StorePair stores = StorePair.start(FOLDER);
                Running service = Running.on(stores)) {
            service.assertHeld(!postgres.equals(mongo));
            service.letLeasesLapse();
            assertThat(service.findings()).isEqualTo(expected);
            assertThat(service.namesOf(MISSING_CHUNKS)).containsExactlyInAnyOrderElementsOf(lost.values());
            service.assertServed(catalog, lost);

            assertThat(service.adopt()).isEqualTo(adopted.size());
            catalog.files().putAll(adopted);
            adopted.values().forEach(version -> expected.remove(version.id()));
            assertThat(service.findings()).isEqualTo(expected);

            service.release();
            service.collectEverythingDue();

            assertThat(service.findings()).isEqualTo(expected);
            service.assertServed(catalog, lost);
            service.assertRemovedWhatWasDeletedIn(catalog);
        }
    }

    /** The service on the stores as they are, with a guard that has seen nothing yet. */
    private record Running(WiredService service, RewindGuard guard, HandTicker ticker, CatalogClock clock)
            implements AutoCloseable {

        static Running on(StorePair stores) {
            WiredService service =
                    WiredService.to(stores.postgresPort(), stores.mongoPort(), ProtocolProbe.NOOP, COLLECTOR_BATCH);
            HandTicker ticker = new HandTicker();
            RewindGuard guard = new RewindGuard(
                    WiredCatalog.marks(service.pool(), TIMEOUT),
                    WiredChunkStore.marks(new ReactiveMongoClientImpl(service.mongo()), TIMEOUT),
                    ticker,
                    JobMeters.NOOP);
            return new Running(service, guard, ticker, new CatalogClock(service.pool()));
        }

        void migrate(StorePair stores) {
            Flyway.configure()
                    .dataSource(
                            "jdbc:postgresql://127.0.0.1:" + stores.postgresPort() + "/consigne",
                            "consigne",
                            "consigne")
                    .load()
                    .migrate();
            WithStores.await(service.buckets().put(BUCKET, OptionalLong.empty()));
        }

        /** Stores, replaces and deletes, of what earlier moments left too; a collector passes. */
        void work(Model model, String moment) {
            sealed.ifPresent(upload -> publish(model, upload));
            for (String name : List.of("kept", "replaced-next", "deleted-next", "replaced", "deleted")) {
                store(model, name + "-" + moment);
            }
            store(model, "replaced-" + moment);
            delete(model, "deleted-" + moment);
            Set.copyOf(model.files().keySet()).stream()
                    .filter(name -> !name.endsWith(moment))
                    .sorted()
                    .forEach(name -> {
                        if (name.startsWith("replaced-next")) {
                            store(model, name);
                        } else if (name.startsWith("deleted-next")) {
                            delete(model, name);
                        }
                    });
            WithStores.await(guard.pass());
            collect();
            sealed = Optional.of(seal(model, "running-" + moment));
        }

        /** All of an upload but its last step. */
        private Sealed seal(Model model, String name) {
            ContentId id = Samples.newContent();
            byte[] bytes = Bytes.seeded(name.hashCode(), 2 * WiredService.CHUNK + 1);
            UploadCommand command = Samples.upload(BUCKET, name);
            StoredContent content = Samples.stored(id, bytes, WiredService.CHUNK);
            int count = content.layout().chunkCount();
            BeginOutcome begun = WithStores.await(catalog().begin(command, id, WiredService.CHUNK, count, 1L << 40));
            WithStores.await(service.chunks().announce(id, count));
            Samples.chunks(id, bytes, WiredService.CHUNK)
                    .forEach(chunk -> WithStores.await(service.chunks().write(chunk)));
            WithStores.await(service.chunks().seal(new Manifest(content, BUCKET, command.name(), command.mediaType())));
            model.running().put(id, new Upload(name, new Version(id, Bytes.sha256(bytes))));
            return new Sealed(((BeginOutcome.Began) begun).content(), content, command);
        }

        private void publish(Model model, Sealed upload) {
            WithStores.await(catalog()
                    .publish(
                            upload.pending(),
                            upload.content(),
                            upload.command(),
                            Samples.newFile(),
                            Duration.ofDays(8)));
            ContentId id = upload.content().contentId();
            Upload published = model.running().remove(id);
            model.files().put(published.name(), published.version());
            model.stored().put(id, published);
        }

        private FileCatalog catalog() {
            return WiredCatalog.over(service.pool(), TIMEOUT);
        }

        private void store(Model model, String name) {
            byte[] bytes = Bytes.seeded(
                    model.stored().size(),
                    3 * WiredService.CHUNK + model.stored().size());
            FileRecord file = WithStores.await(
                    service.files().store(Caller.UNKNOWN, Samples.upload(BUCKET, name), Bytes.body(bytes, 300)));
            ContentId id = file.content().contentId();
            Version version = new Version(id, Bytes.sha256(bytes));
            model.files().put(name, version);
            model.stored().put(id, new Upload(name, version));
        }

        private void delete(Model model, String name) {
            WithStores.await(service.files().delete(BUCKET, new FileName(name)));
            model.files().remove(name);
        }

        /** Twice: a hold is kept. */
        void assertHeld(boolean held) {
            for (int i = 0; i < 2; i++) {
                if (held) {
                    assertThatThrownBy(() -> WithStores.await(guard.pass())).isInstanceOf(HeldException.class);
                } else {
                    WithStores.await(guard.pass());
                }
            }
        }

        Map<ContentId, List<FindingKind>> findings() {
            return service.fsck().run().stream()
                    .collect(Collectors.groupingBy(
                            Finding::contentId,
                            Collectors.mapping(
                                    Finding::kind,
                                    Collectors.collectingAndThen(
                                            Collectors.toList(),
                                            kinds -> kinds.stream().sorted().toList()))));
        }

        List<String> namesOf(FindingKind kind) {
            return service.fsck().run().stream()
                    .filter(finding -> finding.kind() == kind)
                    .map(finding -> finding.name().orElseThrow().value())
                    .toList();
        }

        /** Every file of the catalog is whole, but those that are lost, which are neither absent nor half there. */
        void assertServed(Model catalog, Map<ContentId, String> lost) {
            assertThat(catalog.files()).hasSizeGreaterThan(lost.size());
            catalog.files().forEach((name, version) -> {
                if (lost.containsKey(version.id())) {
                    WithStores.assertFails(() -> read(name), ErrorCode.CONTENT_DAMAGED);
                } else {
                    assertThat(read(name)).as(name).isEqualTo(version.sha256());
                }
            });
        }

        private String read(String name) {
            FileRecord file = WithStores.await(service.files().file(BUCKET, new FileName(name)));
            return Bytes.sha256(Bytes.joined(WithStores.await(service.files()
                    .content(Caller.UNKNOWN, file, new Slice(0, file.length()))
                    .collect()
                    .asList())));
        }

        /** Nobody renews them: no service has run since the stores were put back. */
        void letLeasesLapse() {
            clock.ahead(WithStores.LEASE_LAPSED);
            ticker.jump(WithStores.LEASE_LAPSED);
        }

        long adopt() {
            ReactiveMongoClientImpl mongo = new ReactiveMongoClientImpl(service.mongo());
            return new WiredAdoption(
                            WiredCatalog.checks(service.pool(), TIMEOUT),
                            WiredCatalog.adoption(service.pool(), TIMEOUT),
                            service.chunks(),
                            WiredChunkStore.inventory(mongo, TIMEOUT))
                    .run();
        }

        /** As an operator does who has looked. */
        void release() {
            WithStores.await(guard.release());
        }

        /** What was deleted before the stores were put back, its retention being over. */
        void collectEverythingDue() {
            clock.ahead(WithStores.RETENTION_OVER);
            ticker.jump(WithStores.RETENTION_OVER.minus(WithStores.LEASE_LAPSED));
            WithStores.await(guard.pass());
            collect();
        }

        private void collect() {
            int steps = 0;
            while (WithStores.await(service.collector().step())) {
                assertThat(++steps).as("steps").isLessThan(MAX_STEPS);
            }
        }

        void assertRemovedWhatWasDeletedIn(Model catalog) {
            Set<ContentId> dead = new HashSet<>(catalog.stored().keySet());
            catalog.files().values().forEach(version -> dead.remove(version.id()));
            assertThat(dead).isNotEmpty().allSatisfy(id -> {
                assertThat(WithStores.await(service.chunks().read(id, 0, 8))).isEmpty();
                assertThat(WithStores.await(service.chunks().manifest(id))).isEmpty();
            });
        }

        @Override
        public void close() {
            service.close();
        }
    }
}
