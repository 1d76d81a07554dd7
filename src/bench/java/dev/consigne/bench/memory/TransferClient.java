package dev.consigne.bench.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.consigne.artefact.ServiceProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** Uploads and downloads as fast as they go, one at a time, by whoever calls. What is answered is checked. */
final class TransferClient {
    private static final int PIECE = 64 * 1024;
    private static final int PATIENCE_MS = (int) TimeUnit.MINUTES.toMillis(5);

    private final ServiceProcess service;
    private final PatternBytes content;

    TransferClient(ServiceProcess service, PatternBytes content) {
        this.service = service;
        this.content = content;
    }

    /**
     * Stores so many bytes of the pattern.
     *
     * @return seconds until the answer
     * @throws IllegalStateException if they were not stored, or others than were sent
     */
    double upload(String name, long length) throws Exception {
        long start = System.nanoTime();
        HttpURLConnection connection = connection(name);
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(length);
        try (OutputStream out = connection.getOutputStream()) {
            for (long sent = 0; sent < length; sent += PIECE) {
                out.write(content.array(), content.offset(sent), (int) Math.min(PIECE, length - sent));
            }
        }
        String answer = answer(connection);
        double seconds = secondsSince(start);
        if (connection.getResponseCode() / 100 != 2 || !answer.contains(sha256(length))) {
            throw new IllegalStateException("upload of " + length + ": " + answer);
        }
        return seconds;
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
            throw new IllegalStateException("download of " + length + ": " + answer(connection));
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

    private static String answer(HttpURLConnection connection) throws IOException {
        InputStream body =
                connection.getResponseCode() < 400 ? connection.getInputStream() : connection.getErrorStream();
        if (body == null) {
            return connection.getResponseMessage();
        }
        try (body) {
            return new String(body.readAllBytes(), UTF_8);
        }
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
