package dev.consigne.http;

import dev.consigne.file.ByteSize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What is asked of clients. */
@ConfigMapping(prefix = "consigne.http")
public interface HttpConfig {
    /** Bytes a second that a client must send while the service waits for its body; 0 asks for nothing. */
    @WithDefault("1K")
    ByteSize minUploadRate();

    /** What the rate is the average of. One and a half of it must fit in {@code quarkus.http.idle-timeout}. */
    @WithDefault("30s")
    Duration minRateWindow();
}
