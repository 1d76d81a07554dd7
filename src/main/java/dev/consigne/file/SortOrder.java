package dev.consigne.file;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The order of a listing: by one property, files that are equal in it by the bytes of their names; or exactly the reverse.
 */
public record SortOrder(Key key, boolean reversed) {
    public static final SortOrder BY_NAME = new SortOrder(Key.NAME, false);

    /** What can be sorted by. Media types are compared by their bytes. */
    public enum Key {
        NAME("name"),
        LENGTH("length"),
        CREATED_AT("createdAt"),
        UPDATED_AT("updatedAt"),
        MEDIA_TYPE("mediaType");

        private final String label;

        Key(String label) {
            this.label = label;
        }

        /** As the API has it. */
        public String label() {
            return label;
        }
    }

    /** As written in requests: the label, with {@code -} before it for the reverse; empty if there is none such. */
    public static Optional<SortOrder> of(String text) {
        boolean reversed = text.startsWith("-");
        String label = reversed ? text.substring(1) : text;
        return Stream.of(Key.values())
                .filter(key -> key.label.equals(label))
                .findFirst()
                .map(key -> new SortOrder(key, reversed));
    }

    /** Whether it is by name, one way or the other. */
    public boolean isByName() {
        return key == Key.NAME;
    }

    /** The place of a file in a listing of this order. */
    public Position position(FileRecord file) {
        String value = switch (key) {
            case NAME -> "";
            case LENGTH -> Long.toString(file.length());
            case CREATED_AT -> file.createdAt().toString();
            case UPDATED_AT -> file.updatedAt().toString();
            case MEDIA_TYPE -> file.mediaType().value();
        };
        return new Position(value, file.name().value());
    }

    /** Every key's label, for people. */
    public static String labels() {
        return Stream.of(Key.values()).map(Key::label).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return (reversed ? "-" : "") + key.label;
    }

    /**
     * A place in a listing: the next page begins after it.
     *
     * @param value what is sorted by, as a text; empty if that is the name
     * @param name of the last file or folder before it
     */
    public record Position(String value, String name) {
        private static final char BETWEEN = '\u0000'; // in no value and no name

        /** After the file with this name, in a listing by name. */
        public static Position after(String name) {
            return new Position("", name);
        }

        /** What {@link #toString()} wrote. */
        public static Position parse(String text) {
            int between = text.indexOf(BETWEEN);
            if (between < 0) {
                throw new IllegalArgumentException("no position: " + text);
            }
            return new Position(text.substring(0, between), text.substring(between + 1));
        }

        @Override
        public String toString() {
            return value + BETWEEN + name;
        }
    }
}
