package dev.consigne.bench.throughput;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32C;

/** One connection that is kept, and does so little that the client is not what is measured. Answers need a length. */
final class HttpConnection implements AutoCloseable {
    private static final int PIECE = 256 * 1024;
    private static final int IN_ONE_WRITE = 128 * 1024;

    private final String host;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[PIECE];

    HttpConnection(URI server) throws IOException {
        this.host = server.getAuthority();
        this.socket = new Socket(server.getHost(), server.getPort() < 0 ? 80 : server.getPort());
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream(), PIECE);
        this.out = socket.getOutputStream();
    }

    /**
     * What was answered.
     *
     * @param length bytes of its body
     * @param crc32c of them
     */
    record Answer(int status, long length, long crc32c) {}

    /** Sends a request with a body, in one write if it is small; again from its beginning if it is to be longer. */
    Answer send(String method, URI target, byte[] body, long length, String... headers) throws IOException {
        byte[] head = head(method, target, "Content-Length: " + length, headers);
        if (length <= IN_ONE_WRITE) {
            byte[] whole = new byte[head.length + (int) length];
            System.arraycopy(head, 0, whole, 0, head.length);
            System.arraycopy(body, 0, whole, head.length, (int) length);
            out.write(whole);
        } else {
            out.write(head);
            for (long sent = 0; sent < length; sent += PIECE) {
                out.write(body, (int) (sent % body.length), (int) Math.min(PIECE, length - sent));
            }
        }
        return answer();
    }

    Answer get(URI target, String... headers) throws IOException {
        out.write(head("GET", target, "Accept: */*", headers));
        return answer();
    }

    private byte[] head(String method, URI target, String first, String... headers) {
        StringBuilder head = new StringBuilder(256)
                .append(method)
                .append(' ')
                .append(target.getRawPath())
                .append(target.getRawQuery() == null ? "" : "?" + target.getRawQuery())
                .append(" HTTP/1.1\r\nHost: ")
                .append(host)
                .append("\r\n")
                .append(first)
                .append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private Answer answer() throws IOException {
        int status = Integer.parseInt(line().split(" ", -1)[1]);
        long length = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            String header = line.toLowerCase(Locale.ROOT);
            if (header.startsWith("content-length:")) {
                length = Long.parseLong(
                        header.substring("content-length:".length()).strip());
            } else if (header.startsWith("transfer-encoding:")) {
                throw new IOException("an answer in pieces is not understood here");
            }
        }
        return new Answer(status, length, status == 304 ? 0 : body(length));
    }

    private long body(long length) throws IOException {
        CRC32C crc32c = new CRC32C();
        for (long left = length; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                throw new EOFException(left + " bytes are missing");
            }
            crc32c.update(buffer, 0, count);
            left -= count;
        }
        return crc32c.getValue();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0) {
                throw new EOFException("the connection ended after \"" + line + "\"");
            }
            if (read != '\r') {
                line.append((char) read);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
