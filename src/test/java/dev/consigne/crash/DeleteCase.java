package dev.consigne.crash;

import dev.consigne.crash.Blow.Halts;
import dev.consigne.crash.Blow.WaitsForPostgres;
import dev.consigne.testing.HoldingProxy.Part;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** One delete that is cut off: where, and of what. */
record DeleteCase(Point point, Shape shape) {
    /** A place in a delete at which the process dies, and what it then leaves of the file's content. */
    enum Point {
        NOT_ARRIVED("C20", "delete not arrived", Left.PUBLISHED),
        NOT_ANSWERED("C20", "delete not answered", Left.REMOVED),
        ANSWERED("C21", "after the delete", Left.REMOVED);

        private final String number;
        private final String place;
        private final Left left;

        Point(String number, String place, Left left) {
            this.number = number;
            this.place = place;
            this.left = left;
        }

        String number() {
            return number;
        }

        Left left() {
            return left;
        }

        /** The event the statement writes names the content as text; no earlier message does. */
        Blow blow(UUID content) {
            return switch (this) {
                case NOT_ARRIVED -> new WaitsForPostgres(Part.REQUEST, content.toString());
                case NOT_ANSWERED -> new WaitsForPostgres(Part.ANSWER, content.toString());
                case ANSWERED -> new Halts(Halt.ANSWERED);
            };
        }
    }

    static List<DeleteCase> all() {
        return Arrays.stream(Point.values())
                .flatMap(point -> Stream.of(Shape.EMPTY, Shape.SMALL, Shape.SEVERAL, Shape.MULTIPLE)
                        .map(shape -> new DeleteCase(point, shape)))
                .toList();
    }

    String name() {
        return toString().replaceAll("[^A-Za-z0-9]+", "-");
    }

    @Override
    public String toString() {
        return point.number + " " + point.place + ", " + shape;
    }
}
