package dev.consigne.file;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a filter can ask about: a property of every file, one of its tags, or a member of its metadata. */
public sealed interface FilterField {
    /** What every file has. */
    enum Property implements FilterField {
        NAME("name"),
        MEDIA_TYPE("mediaType"),
        LENGTH("length"),
        CREATED_AT("createdAt"),
        UPDATED_AT("updatedAt");

        private final String label;

        Property(String label) {
            this.label = label;
        }

        static Optional<Property> of(String label) {
            return Stream.of(values())
                    .filter(property -> property.label.equals(label))
                    .findFirst();
        }

        /** Whether its values are texts. */
        public boolean isText() {
            return this == NAME || this == MEDIA_TYPE;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /** The tag with this key. */
    record Tag(String key) implements FilterField {
        @Override
        public String toString() {
            return "tags." + (WORD.matcher(key).matches() ? key : FilterLiteral.quoted(key));
        }
    }

    /**
     * A member of the metadata.
     *
     * @param path names of members from the outermost, divided by dots
     */
    record Member(String path) implements FilterField {
        public static final int MAX_PATH = 128;

        private static final Pattern PATH = Pattern.compile("%1$s(\\.%1$s){0,4}".formatted("[A-Za-z_][A-Za-z0-9_-]*"));

        /** Whether metadata can be searched by it: at most five words divided by dots, {@value #MAX_PATH} characters. */
        public static boolean isPath(String path) {
            return path.length() <= MAX_PATH && PATH.matcher(path).matches();
        }

        @Override
        public String toString() {
            return "metadata." + path;
        }
    }

    /** What needs no quotes. */
    Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");

    /** All that can be asked about, for people. */
    static String list() {
        return "name, mediaType, length, createdAt, updatedAt, tags.KEY or metadata.PATH";
    }
}
