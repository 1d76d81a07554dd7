package dev.consigne.model;

import dev.consigne.file.ProtocolStep;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever happens to the service, it is a map: random histories of uploads, deletes, reads, crashes, broken wires and
 * collections, with every name looked at after every action. A history that fails is made as short as it can be.
 *
 * <p>{@code -Dconsigne.model.tries} says how many histories; the report of a failure says its seed.
 */
class ModelIT {
    private static final int MAX_ACTIONS = 20;
    private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();

    private static Stores stores;

    @BeforeContainer
    static void openStores() {
        stores = Stores.open();
        OPEN.push(stores);
        OPEN.push(new QuietLogs());
    }

    @AfterContainer
    static void closeStores() throws Exception {
        while (!OPEN.isEmpty()) {
            OPEN.pop().close();
        }
    }

    @Property(edgeCases = EdgeCasesMode.NONE, afterFailure = AfterFailureMode.PREVIOUS_SEED)
    void isAMapWhateverHappens(@ForAll Keeping keeping, @ForAll("histories") List<Action> history) {
        try (World world = new World(stores, keeping)) {
            for (int i = 0; i < history.size(); i++) {
                check("at action " + (i + 1) + " of " + history.size() + ", " + history.get(i), world, history.get(i));
            }
            check("when all is over", world, World::end);
        }
    }

    private static void check(String moment, World world, Action action) {
        try {
            action.happenIn(world);
            world.look();
        } catch (AssertionError failure) {
            throw new AssertionError(moment + ": " + failure.getMessage(), failure);
        }
    }

    @Provide
    Arbitrary<List<Action>> histories() {
        return Arbitraries.frequencyOf(
                        Tuple.of(6, uploads().map(Client.Store::new)),
                        Tuple.of(1, Combinators.combine(uploads(), permille()).as(Client.GoAway::new)),
                        Tuple.of(3, names().map(Client.Delete::new)),
                        Tuple.of(8, changes().map(Client.Do::new)),
                        Tuple.of(
                                2,
                                Combinators.combine(names(), permille(), permille())
                                        .as(Client.ReadRange::new)),
                        Tuple.of(1, Arbitraries.integers().between(1, 3).map(Client.ListAll::new)),
                        Tuple.of(
                                3,
                                Combinators.combine(uploads(), uploadSteps(true))
                                        .as(Fault.DieInUpload::new)),
                        Tuple.of(
                                4,
                                Combinators.combine(uploads(), uploadSteps(false))
                                        .as(Fault.StandStill::new)),
                        Tuple.of(4, Arbitraries.create(Fault.GoOn::new)),
                        Tuple.of(
                                3,
                                Combinators.combine(uploads(), losses(), yesOrNo())
                                        .as(Fault.BreakCommit::new)),
                        Tuple.of(
                                2,
                                Combinators.combine(names(), losses(), yesOrNo())
                                        .as(Fault.BreakDelete::new)),
                        Tuple.of(
                                3,
                                Combinators.combine(changes(), losses(), yesOrNo())
                                        .as(Fault.BreakChange::new)),
                        Tuple.of(
                                2,
                                Combinators.combine(uploads(), places(), losses())
                                        .as(Fault.BreakChunks::new)),
                        Tuple.of(5, pauses().map(Operation.Collect::new)),
                        Tuple.of(
                                2,
                                Combinators.combine(pauses(), collectorSteps()).as(Operation.DieInCollector::new)),
                        Tuple.of(1, Arbitraries.of(Keeping.class).map(Operation.Keep::new)),
                        Tuple.of(1, Arbitraries.create(Operation.Restart::new)))
                .map(action -> (Action) action)
                .list()
                .ofMaxSize(MAX_ACTIONS)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    private static Arbitrary<String> names() {
        return Arbitraries.of(World.NAMES);
    }

    /** Around the edges of chunks, smaller ones first when a failure is made small. */
    private static Arbitrary<Upload> uploads() {
        int chunk = Replica.CHUNK;
        Arbitrary<Integer> lengths =
                Arbitraries.of(0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk, 5 * chunk, 5 * chunk + 7);
        return Combinators.combine(names(), lengths, yesOrNo()).as(Upload::new);
    }

    private static Arbitrary<Change> changes() {
        return Arbitraries.oneOf(
                Combinators.combine(names(), names(), yesOrNo()).as(Change.Copy::new),
                Combinators.combine(names(), names()).as(Change.Move::new),
                Combinators.combine(picks(), picks()).as(Change.Restore::new),
                picks().map(Change.Undelete::new),
                Combinators.combine(picks(), picks()).as(Change.GiveUp::new));
    }

    /** Which of the files, or generations, that there are by then. */
    private static Arbitrary<Integer> picks() {
        return Arbitraries.integers().between(0, MAX_ACTIONS);
    }

    private static Arbitrary<ProtocolStep> uploadSteps(boolean withPublished) {
        List<ProtocolStep> steps =
                List.of(ProtocolStep.values()).subList(0, ProtocolStep.PUBLISHED.ordinal() + (withPublished ? 1 : 0));
        return Arbitraries.of(steps);
    }

    private static Arbitrary<ProtocolStep> collectorSteps() {
        return Arbitraries.of(ProtocolStep.CLAIMED, ProtocolStep.CHUNKS_REMOVED, ProtocolStep.FORGOTTEN);
    }

    private static Arbitrary<Integer> permille() {
        return Arbitraries.integers().between(0, 999);
    }

    private static Arbitrary<Boolean> yesOrNo() {
        return Arbitraries.of(true, false);
    }

    private static Arbitrary<Loss> losses() {
        return Arbitraries.of(Loss.class);
    }

    private static Arbitrary<Pause> pauses() {
        return Arbitraries.of(Pause.class);
    }

    private static Arbitrary<Fault.Place> places() {
        return Arbitraries.of(Fault.Place.class);
    }
}
