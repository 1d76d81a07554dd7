package dev.consigne.file;

import java.security.SecureRandom;
import java.time.Clock;

/** Makes new ids. They are not secrets: what protects a file is the check on its row, not that its id is unknown. */
public final class Ids {
    private final Clock clock;
    private final SecureRandom random;

    public Ids(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    public FileId newFile() {
        return new FileId(UuidV7.of(clock.millis(), random.nextLong(), random.nextLong()));
    }

    public ContentId newContent() {
        return new ContentId(UuidV7.of(clock.millis(), random.nextLong(), random.nextLong()));
    }
}
