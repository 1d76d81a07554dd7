package dev.consigne.bench.memory;

import dev.consigne.artefact.ServiceProcess;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Uploads and downloads as fast as they go, one at a time, by whoever calls. What is answered is checked. */
final class TransferClient {
    private static final int PIECE = 64 * 1024;
    private static final int PATIENCE_MS = (int) TimeUnit.MINUTES.toMillis(5);

    /** An upload that is slower is broken off, though not before it has had a minute: bytes a second. */
    private static final long LEAST_RATE = 1 << 20;

    private final ServiceProcess service;
    private final PatternBytes content;

    TransferClient(ServiceProcess service, PatternBytes content) {
        this.service = service;
        this.content = content;
    }

    /** An upload that was not taken, or was too slow; the message says which. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String answer) {
            super(answer);
        }
    }

    /**
     * Stores so many bytes of the pattern, over a connection of its own.
     *
     * @return seconds until the answer
     * @throws RefusedException if they were not taken, or not in time
     * @throws IllegalStateException if others were stored than were sent
     */
    double upload(String name, long length) throws Exception {
        URI target = service.content(name);
        long start = System.nanoTime();
        try (RawHttp connection = RawHttp.open(target)) {
            CompletableFuture.delayedExecutor(Math.max(60, length / LEAST_RATE), TimeUnit.SECONDS)
                    .execute(connection::close);
            long sent = send(connection, target, length);
            RawResponse answer = connection
                    .readIfAny()
                    .orElseThrow(() -> new RefusedException(
                            "no answer after " + sent + " bytes and " + Math.round(secondsSince(start)) + " s"));
            double seconds = secondsSince(start);
            if (answer.status() / 100 != 2) {
                throw new RefusedException(answer.status() + " " + answer.text());
            }
            if (!answer.text().contains(sha256(length))) {
                throw new IllegalStateException("upload of " + length + ": " + answer.text());
            }
            return seconds;
        }
    }

    /** The bytes that went out: fewer if the answer comes before the end of the body, or the connection is closed. */
    private long send(RawHttp connection, URI target, long length) {
        connection.send(
                "PUT " + target.getPath() + " HTTP/1.1\r\nHost: bench\r\nContent-Length: " + length + "\r\n\r\n");
        long sent = 0;
        try {
            while (sent < length) {
                int count = (int) Math.min(PIECE, length - sent);
                connection.send(content.array(), content.offset(sent), count);
                sent += count;
            }
        } catch (UncheckedIOException refused) {
            return sent;
        }
        return sent;
    }

    /**
     * Reads so many bytes of the pattern.
     *
     * @return seconds until the last byte
     * @throws IllegalStateException if it was not what was stored
     */
    double download(String name, long length) throws Exception {
        long start = System.nanoTime();
        HttpURLConnection connection = connection(name);
        if (connection.getResponseCode() != 200) {
            throw new IllegalStateException("download of " + length + ": " + connection.getResponseMessage());
        }
        byte[] buffer = new byte[PIECE];
        long position = 0;
        try (InputStream in = connection.getInputStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (!content.matches(position, ByteBuffer.wrap(buffer, 0, count))) {
                    throw new IllegalStateException("wrong bytes after " + position);
                }
                position += count;
            }
        }
        if (position != length) {
            throw new IllegalStateException("broken off after " + position);
        }
        return secondsSince(start);
    }

    private HttpURLConnection connection(String name) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) service.content(name).toURL().openConnection();
        connection.setReadTimeout(PATIENCE_MS);
        return connection;
    }

    private String sha256(long length) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        content.update(digest, 0, length);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
