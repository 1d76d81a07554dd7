package dev.consigne.http;

import dev.consigne.client.ApiClient;
import dev.consigne.client.model.FileRecord;
import dev.consigne.client.streams.ContentStreams;
import dev.consigne.client.streams.Download;
import dev.consigne.client.streams.Upload;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A client in a process of its own, whose memory is smaller than what it sends and reads. */
final class StreamsInSmallHeap {
    static final String DONE = "both ways";
    private static final long BYTES = 64L << 20;

    private StreamsInSmallHeap() {}

    public static void main(String[] arguments) throws Exception {
        ContentStreams streams = new ContentStreams(new ApiClient().setBasePath(arguments[0]));
        MessageDigest sent = MessageDigest.getInstance("SHA-256");
        FileRecord stored = streams.upload(
                arguments[1], "large", Upload.of(new DigestInputStream(new CountingStream(BYTES), sent)));
        require(stored.getLength() == BYTES);
        require(stored.getSha256().equals(HexFormat.of().formatHex(sent.digest())));
        try (Download download = streams.download(arguments[1], "large")) {
            require(download.stream().transferTo(OutputStream.nullOutputStream()) == BYTES); // which checks the digest
        }
        System.out.print(DONE);
        System.exit(0); // the threads of the HTTP client would idle for minutes
    }

    private static void require(boolean held) {
        if (!held) {
            throw new IllegalStateException("not what was sent");
        }
    }

    private static final class CountingStream extends InputStream {
        private long left;

        CountingStream(long length) {
            left = length;
        }

        @Override
        public int read() {
            return left > 0 ? (int) (left-- >> 10) & 0xFF : -1;
        }
    }
}
