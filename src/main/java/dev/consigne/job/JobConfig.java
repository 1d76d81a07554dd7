package dev.consigne.job;

import dev.consigne.file.ByteSize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When the checks run and how much of the stores they may take. Each job runs in one process at a time. */
@ConfigMapping(prefix = "consigne.job")
public interface JobConfig {
    /** How often each process asks whether a job is due; {@code off} leaves the jobs to others. */
    @WithDefault("1m")
    String poll();

    /** How often each process asks whether a bulk task waits; {@code off} leaves them to others. */
    @WithDefault("5s")
    String bulkEvery();

    /** How often each process asks whether the stores answer, for the meters; {@code off} for never. */
    @WithDefault("15s")
    String watch();

    /** A run whose process says nothing for this long is taken over by another. */
    @WithDefault("2m")
    Duration lease();

    /** How long after one look for missing chunks the next begins. */
    @WithDefault("1d")
    Duration checkEvery();

    /** Contents such a look takes a second; 0 for no limit. */
    @WithDefault("500")
    int checkRate();

    /** How long after reading every byte of every content that begins again. */
    @WithDefault("30d")
    Duration scrubEvery();

    /** Bytes it reads a second; 0 for no limit. */
    @WithDefault("32M")
    ByteSize scrubRate();

    /** How long after one look for orphans the next begins. */
    @WithDefault("1d")
    Duration orphansEvery();

    /** Whether that look hands confirmed orphans to the collector, or only reports them. */
    @WithDefault("false")
    boolean orphansDelete();

    /** How long an orphan must have been seen before it is confirmed: longer than any upload. */
    @WithDefault("7d")
    Duration orphansGrace();

    /** Whether fsck also walks the index of the chunks themselves; for a MongoDB only, never on the embedded server. */
    @WithDefault("false")
    boolean scanChunks();
}
