package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.consigne.file.ContentStates;
import org.junit.jupiter.api.Test;

class StateChangeTest {
    private static final StateChange RELEASE =
            StateChange.of(ContentStates.LIVE.released(), ContentStates.DAMAGED.released());

    @Test
    void comparesWithEverySourceAndSetsTheTarget() {
        assertThat(RELEASE.in("UPDATE content SET {to} WHERE id = $1 AND {from}"))
                .isEqualTo("UPDATE content SET state = 'TOMBSTONED' WHERE id = $1"
                        + " AND content.state IN ('LIVE', 'DAMAGED')");
    }

    @Test
    void refusesAStatementThatDoesOnlyOneOfTheTwo() {
        assertThatIllegalArgumentException().isThrownBy(() -> RELEASE.in("UPDATE content SET {to} WHERE id = $1"));
        assertThatIllegalArgumentException().isThrownBy(() -> RELEASE.in("UPDATE content SET x = 1 WHERE {from}"));
    }
}
