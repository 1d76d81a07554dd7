package dev.consigne.postgres;

import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** The parameters of a statement that is put together: whatever a user says is one of them and never part of its text. */
final class Binds {
    private final List<Object> values = new ArrayList<>();

    /** The mark that stands for the value in the statement. */
    String add(Object value) {
        values.add(value);
        return "$" + values.size();
    }

    Tuple tuple() {
        return Tuple.from(values);
    }
}
