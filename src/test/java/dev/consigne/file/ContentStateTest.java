package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the states allow, as a whole: the diagram of docs/consistency.md. */
class ContentStateTest {
    @Test
    void hasExactlyTheMovesOfTheDiagram() {
        Set<String> moves = ContentStates.ALL.stream()
                .flatMap(state -> state.moves().stream())
                .map(Object::toString)
                .collect(Collectors.toSet());

        assertThat(moves)
                .containsExactlyInAnyOrder(
                        "PENDING -> LIVE",
                        "PENDING -> ABORTING",
                        "PENDING -> SUSPECT",
                        "LIVE -> DAMAGED",
                        "LIVE -> TOMBSTONED",
                        "DAMAGED -> LIVE",
                        "DAMAGED -> TOMBSTONED",
                        "TOMBSTONED -> PURGING",
                        "ABORTING -> PURGING",
                        "SUSPECT -> LIVE",
                        "SUSPECT -> PURGING",
                        "PURGING -> PURGING",
                        "PURGING -> PURGED",
                        "PURGED -> PURGED");
    }

    @Test
    void leadsFromNothingCurrentStraightToRemoval() {
        List<ContentState> removing = List.of(ContentStates.PURGING, ContentStates.PURGED);

        assertThat(ContentStates.ALL)
                .filteredOn(state -> state == ContentStates.LIVE || state == ContentStates.DAMAGED)
                .allSatisfy(state -> assertThat(state.moves())
                        .extracting(move -> (Object) move.to())
                        .doesNotContainAnyElementsOf(removing));
    }

    @Test
    void findsEachStateByItsLabelAndNoOther() {
        assertThat(ContentStates.ALL)
                .allMatch(state -> ContentStates.of(state.label()).equals(state));
        assertThatIllegalArgumentException().isThrownBy(() -> ContentStates.of("live"));
    }
}
