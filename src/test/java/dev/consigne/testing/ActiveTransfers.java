package dev.consigne.testing;

import dev.consigne.file.FileMeters;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** How many transfers of a service are under way. */
public final class ActiveTransfers implements FileMeters {
    private final AtomicInteger uploads = new AtomicInteger();
    private final AtomicInteger downloads = new AtomicInteger();

    public int uploads() {
        return uploads.get();
    }

    public int downloads() {
        return downloads.get();
    }

    @Override
    public void uploadBegan() {
        uploads.incrementAndGet();
    }

    @Override
    public void uploadEnded(Result result, Duration took, long bytes) {
        uploads.decrementAndGet();
    }

    @Override
    public void downloadBegan() {
        downloads.incrementAndGet();
    }

    @Override
    public void downloadEnded(Result result, Duration took, long bytes) {
        downloads.decrementAndGet();
    }
}
