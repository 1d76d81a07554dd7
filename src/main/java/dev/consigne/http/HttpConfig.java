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

    /**
     * Bytes of the kernel's send buffer of a connection; 0 lets the kernel decide, which may give each 4 MiB. It holds what
     * its client has not yet taken: the more, the more memory a slow one costs and the later its pace is seen; the less,
     * the slower a download to a client far away (this much in each round trip).
     */
    @WithDefault("512K")
    ByteSize sendBuffer();
}
