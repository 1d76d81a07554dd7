package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.ContentState;
import dev.consigne.file.ContentStates;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The states of a content as the catalog keeps them: no statement makes a move that the code does not have. */
@QuarkusTest
class StateGuardTest extends WithCatalog {
    /** A row that may have any state as far as its columns go. */
    private static final String INSERT = """
            INSERT INTO content (id, state, owner, chunk_size, chunk_limit, chunk_count, length, sha256, crc32c,
                                 committed_at)
            VALUES ($1, $2, 'state guard', 65536, 1, 1, 1, sha256(''), 0, now())
            """;

    private static final String UPDATE = "UPDATE content SET state = $2 WHERE id = $1";

    @AfterEach
    void removeTheRows() {
        rows.repair("DELETE FROM content WHERE owner = 'state guard'");
    }

    @Test
    void listsTheMovesOfTheCode() {
        List<String> moves = ContentStates.ALL.stream()
                .flatMap(state -> state.moves().stream())
                .filter(move -> !move.from().equals(move.to()))
                .map(Object::toString)
                .toList();

        assertThat(rows.query("SELECT from_state || ' -> ' || to_state FROM content_transitions()"))
                .extracting(row -> row.getString(0))
                .containsExactlyInAnyOrderElementsOf(moves);
    }

    @Test
    void takesTheMovesOfTheCodeAndStatesThatStayAndRefusesAllOthers() {
        List<String> wrong = new ArrayList<>();
        for (ContentState from : ContentStates.ALL) {
            for (ContentState to : ContentStates.ALL) {
                boolean legal = from.equals(to)
                        || from.moves().stream().anyMatch(move -> move.to().equals(to));
                if (takes(UPDATE, inState(from), to) != legal) {
                    wrong.add(from.label() + " -> " + to.label());
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void takesNewContentsAsPendingOrSuspectAlone() {
        List<ContentState> taken = ContentStates.ALL.stream()
                .filter(state -> takes(INSERT, UUID.randomUUID(), state))
                .toList();

        assertThat(taken).containsExactlyInAnyOrder(ContentStates.PENDING, ContentStates.SUSPECT);
    }

    private UUID inState(ContentState state) {
        UUID id = Samples.newContent().value();
        rows.repair(INSERT, id, state.label());
        return id;
    }

    /** Whether the statement changes its row; the guard's is the only refusal that is expected. */
    private boolean takes(String statement, UUID id, ContentState state) {
        try {
            return rows.change(statement, id, state.label()) == 1;
        } catch (PgException refusal) {
            assertThat(refusal.getSqlState()).isEqualTo("23514");
            assertThat(refusal.getErrorMessage()).startsWith("content " + id + " must not");
            assertThat(refusal.getDetail()).isNotBlank();
            assertThat(refusal.getHint()).contains("through the API");
            return false;
        }
    }
}
