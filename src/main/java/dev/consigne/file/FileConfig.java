package dev.consigne.file;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;

/** How files are stored. */
@ConfigMapping(prefix = "consigne.file")
public interface FileConfig {
    /** Largest file taken; a bucket may allow less. Larger ones are refused before their body if their length is known. */
    @WithName("max-size")
    @WithDefault("1T")
    ByteSize maxSize();

    /**
     * Size of a chunk for new uploads; existing files keep theirs. 1M is best on MongoDB (see docs/architecture.md), 256K
     * on the embedded server. Each transfer holds a few chunks in memory. At most 8M.
     */
    @WithDefault("1M")
    ByteSize chunkSize();

    /** Chunks an upload may have on their way to MongoDB at once: more is faster up to about 4 and costs memory. */
    @WithDefault("4")
    int chunksInFlight();

    /** Chunks fetched together for a download, the next window while one is sent: it holds at most two windows. */
    @WithDefault("2")
    int readWindow();

    /** An upload whose process says nothing for this long is given up. Outlives the fail-over of both stores. */
    @WithDefault("10m")
    Duration lease();

    /** How often a running upload renews its lease: at most a quarter of it, so that a try or two may fail. */
    @WithDefault("2m")
    Duration heartbeat();

    /** An upload that runs longer is given up; whatever is older and still has no row is nobody's. */
    @WithDefault("24h")
    Duration maxUploadTime();

    /** A download that runs longer is broken off: the content may have been deleted when it began, and is kept so long. */
    @WithDefault("24h")
    Duration maxDownloadTime();

    /** How far back you may take PostgreSQL alone and still find the bytes of every file. */
    @WithDefault("7d")
    Duration pitrWindow();

    /** How long replaced and deleted content is kept: the longest download and the restore window together. */
    @WithDefault("8d")
    Duration retention();

    /** How long an upload's idempotency key and answer are known after it was published: longer than clients retry. */
    @WithDefault("24h")
    Duration idempotencyRetention();
}
