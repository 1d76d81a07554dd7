package dev.consigne.postgres;

import dev.consigne.file.ContentState;
import dev.consigne.file.ContentState.Move;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One or more moves to the same state as SQL: what is compared and what is set, so that no statement can do the one
 * without the other.
 */
final class StateChange {
    private static final String FROM = "{from}";
    private static final String TO = "{to}";

    private final List<? extends Move<?>> moves;

    private StateChange(List<? extends Move<?>> moves) {
        this.moves = moves;
    }

    static <T extends ContentState> StateChange of(Move<T> move) {
        return new StateChange(List.of(move));
    }

    static <T extends ContentState> StateChange of(Move<T> first, Move<T> second) {
        return of(List.of(first, second));
    }

    static <T extends ContentState> StateChange of(List<Move<T>> moves) {
        return new StateChange(List.copyOf(moves));
    }

    /**
     * The statement with <code>{to}</code> and <code>{from}</code> filled in, for the table {@code content} under its own
     * name. Throws {@link IllegalArgumentException} if one of them is missing.
     */
    String in(String sql) {
        if (!sql.contains(FROM) || !sql.contains(TO)) {
            throw new IllegalArgumentException("a change of state compares and sets: " + sql);
        }
        return sql.replace(TO, "state = " + quoted(moves.get(0).to()))
                .replace(FROM, "content.state IN (" + sources() + ")");
    }

    /**
     * As {@link #in}, of a content that a file gives up: one reference less, and the new state only with the last. Whoever
     * adds one changes the same row, so of the two one comes first and the other sees it.
     *
     * @param sql may set nothing that is not right for a content that stays
     */
    String withLastReference(String sql) {
        String last = "refs = content.refs - 1, state = CASE WHEN content.refs = 1 THEN %s ELSE content.state END"
                .formatted(quoted(moves.get(0).to()));
        if (!sql.contains(FROM) || !sql.contains(TO)) {
            throw new IllegalArgumentException("a change of state compares and sets: " + sql);
        }
        return sql.replace(TO, last).replace(FROM, "content.state IN (" + sources() + ")");
    }

    private String sources() {
        return moves.stream().map(move -> quoted(move.from())).collect(Collectors.joining(", "));
    }

    private static String quoted(ContentState state) {
        return "'" + state.label() + "'";
    }
}
