package dev.consigne.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP/1.1 connection that sends exactly the bytes it is given, right or wrong, and reads what comes back. It adds,
 * corrects and repeats nothing, and it can leave at any byte.
 */
public final class RawHttp implements AutoCloseable {
    private static final int PATIENCE_MS = 20_000;

    private final Socket socket;
    private final InputStream in;

    private RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 8 * 1024);
    }

    public static RawHttp open(URI service) {
        return open(service, 0);
    }

    /** @param receiveBuffer bytes the kernel may take in before somebody reads them; 0: as it likes */
    public static RawHttp open(URI service, int receiveBuffer) {
        try {
            Socket socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MS);
            socket.connect(new InetSocketAddress(service.getHost(), service.getPort()), PATIENCE_MS);
            return new RawHttp(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends characters up to U+00FF as one byte each. */
    public RawHttp send(String latin1) {
        return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawHttp send(byte[] bytes) {
        return send(bytes, 0, bytes.length);
    }

    public RawHttp send(byte[] bytes, int offset, int length) {
        try {
            socket.getOutputStream().write(bytes, offset, length);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #send}, for a body the service may refuse while it is under way. */
    public RawHttp sendUnlessRefused(byte[] bytes) {
        try {
            return send(bytes);
        } catch (UncheckedIOException refused) {
            return this;
        }
    }

    /** The next message with its body; a final one, or {@code 100}. */
    public RawResponse read() {
        return readIfAny().orElseThrow(() -> new AssertionError("the connection was closed without an answer"));
    }

    /** As {@link #read()}; empty if the connection was closed instead. */
    public Optional<RawResponse> readIfAny() {
        try {
            RawResponse head = head();
            return Optional.of(hasBody(head) ? body(head) : head);
        } catch (EOFException | SocketException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next message without its body, which is left to {@link #readBytes}; also the whole answer to HEAD. */
    public RawResponse readHead() {
        try {
            return head();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Up to so many bytes; fewer if the connection ends. */
    public byte[] readBytes(int count) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        take(count, bytes);
        return bytes.toByteArray();
    }

    /** Whether the service closes the connection, in whatever way, before patience ends. Drops what still comes. */
    public boolean closedByPeer() {
        try {
            while (in.read() >= 0) {
                // what comes before the end does not matter here
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** As {@link #closedByPeer()}, by an orderly end: a reset may take with it what was not read yet. */
    public boolean closedInOrder() {
        try {
            while (in.read() >= 0) {
                // what comes before the end does not matter here
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Says that nothing more will be sent, and goes on listening. */
    public RawHttp endOutput() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the connection with a reset, as a process that dies with unread data does. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RawResponse head() throws IOException {
        String statusLine = line();
        if (!statusLine.matches("HTTP/1\\.[01] \\d{3}.*")) {
            throw new AssertionError("not a status line: " + statusLine);
        }
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new AssertionError("not a header: " + line);
            }
            headers.add(Map.entry(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return new RawResponse(Integer.parseInt(statusLine.substring(9, 12)), headers, new byte[0], true);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended in a line: " + line);
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r")) {
            throw new AssertionError("a line ends without CR: " + text);
        }
        return text.substring(0, text.length() - 1);
    }

    private static boolean hasBody(RawResponse head) {
        return head.status() >= 200 && head.status() != 204 && head.status() != 304;
    }

    private RawResponse body(RawResponse head) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean whole = head.all("Transfer-Encoding").isEmpty() ? plain(head, body) : chunked(body);
        return new RawResponse(head.status(), head.headers(), body.toByteArray(), whole);
    }

    private boolean plain(RawResponse head, ByteArrayOutputStream body) {
        String length = head.header("Content-Length");
        int expected = length.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(length);
        return take(expected, body) == expected || length.isEmpty();
    }

    private boolean chunked(ByteArrayOutputStream body) throws IOException {
        try {
            while (true) {
                int size = Integer.parseInt(line(), 16);
                if (take(size, body) < size) {
                    return false;
                }
                line();
                if (size == 0) {
                    return true;
                }
            }
        } catch (EOFException | SocketException e) {
            return false;
        }
    }

    private int take(int count, ByteArrayOutputStream to) {
        byte[] buffer = new byte[32 * 1024];
        int taken = 0;
        try {
            while (taken < count) {
                int n = in.read(buffer, 0, Math.min(buffer.length, count - taken));
                if (n < 0) {
                    break;
                }
                to.write(buffer, 0, n);
                taken += n;
            }
        } catch (SocketException e) {
            return taken; // reset: as much as came
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return taken;
    }
}
