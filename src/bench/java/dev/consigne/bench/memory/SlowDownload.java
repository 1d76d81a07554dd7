package dev.consigne.bench.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Reads a range of its own, checks each byte, and asks for the range again when it has all of it. */
final class SlowDownload extends SlowTransfer {
    private final PatternBytes content;
    private final ByteBuffer scratch;
    private final String request;
    private final long from;
    private final long length;
    private final HttpText head = new HttpText();
    private boolean inBody;
    private long got;

    /**
     * @param scratch for bytes that are looked at and forgotten; others use it too
     * @param from where its range begins
     * @param length bytes of its range
     */
    SlowDownload(SocketChannel channel, PatternBytes content, ByteBuffer scratch, String path, long from, long length) {
        super(channel, "download");
        this.content = content;
        this.scratch = scratch;
        this.from = from;
        this.length = length;
        this.request = "GET " + path + " HTTP/1.1\r\nHost: slow\r\nRange: bytes=" + from + "-" + (from + length - 1)
                + "\r\n\r\n";
    }

    @Override
    void begin() throws IOException {
        head.clear();
        inBody = false;
        got = 0;
        if (channel().write(ByteBuffer.wrap(request.getBytes(ISO_8859_1))) < request.length()) {
            fail("the request did not fit the socket");
        }
    }

    @Override
    void move() throws IOException {
        scratch.clear().limit((int) Math.min(credit(), inBody ? length - got : credit()));
        int count = channel().read(scratch);
        scratch.flip();
        if (count < 0) {
            fail(head.isEmpty() ? "closed without an answer" : "broken off, " + head.summary());
            return;
        }
        if (!inBody) {
            readHead();
        }
        if (inBody && scratch.hasRemaining()) {
            check();
        }
    }

    private void readHead() throws IOException {
        head.addHead(scratch);
        inBody = head.hasHead() && head.status().equals("206");
        if (head.hasHead() && !inBody) {
            head.add(scratch);
            if (head.isWhole()) {
                fail(head.summary());
            }
        }
    }

    private void check() throws IOException {
        int count = scratch.remaining();
        if (!content.matches(from + got, scratch)) {
            fail("wrong bytes");
            return;
        }
        got += count;
        moved(count);
        if (got == length) {
            begin();
        }
    }

    @Override
    void answered() {
        // it is read at its turns alone: that is what makes it slow
    }
}
