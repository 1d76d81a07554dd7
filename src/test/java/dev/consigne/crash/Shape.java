package dev.consigne.crash;

/** What is being stored when the process dies. */
enum Shape {
    EMPTY("empty", 0),
    SMALL("one chunk", 200),
    DECLARED_EMPTY("empty of declared length", 0),
    DECLARED("one chunk of declared length", 200),
    SEVERAL("several chunks", 3 * WiredService.CHUNK + 7),
    MULTIPLE("an exact multiple of the chunk size", 3 * WiredService.CHUNK),
    OVERWRITE("over an existing file", 3 * WiredService.CHUNK + 7);

    private final String text;
    private final int length;

    Shape(String text, int length) {
        this.text = text;
        this.length = length;
    }

    int length() {
        return length;
    }

    int chunks() {
        return (length + WiredService.CHUNK - 1) / WiredService.CHUNK;
    }

    /** Whether the length is said beforehand. */
    boolean declared() {
        return this == DECLARED_EMPTY || this == DECLARED;
    }

    @Override
    public String toString() {
        return text;
    }
}
