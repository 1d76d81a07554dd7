package dev.consigne.job;

import java.time.Instant;
import java.util.Optional;

/**
 * A job's row.
 *
 * @param state IDLE, RUNNING, DONE, FAILED, HELD or STOPPED
 * @param message why it failed, was held or stopped
 */
public record JobStatus(
        JobName name,
        long run,
        String state,
        JobOrder order,
        long examined,
        long found,
        long changed,
        long bytes,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        String message) {}
