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

    /** Bytes a second that a client must take while only its socket is waited for; 0 asks for nothing. */
    @WithDefault("1K")
    ByteSize minDownloadRate();

    /**
     * What the rates are the average of. One and a half of it must fit in {@code quarkus.http.idle-timeout}. Downloads are
     * given longer where too little could be seen of them in that time.
     */
    @WithDefault("30s")
    Duration minRateWindow();
}
