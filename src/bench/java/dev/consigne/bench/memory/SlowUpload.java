package dev.consigne.bench.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A body without a declared length, so that it can be ended at any time, and is looked at when it has been answered. */
final class SlowUpload extends SlowTransfer {
    private static final byte[] FRAME_HEAD = (Integer.toHexString(PACKET) + "\r\n").getBytes(ISO_8859_1);
    private static final byte[] FRAME_END = "\r\n".getBytes(ISO_8859_1);
    private static final byte[] BODY_END = "0\r\n\r\n".getBytes(ISO_8859_1);

    private final PatternBytes content;
    private final ByteBuffer head;
    private final ByteBuffer frame = ByteBuffer.allocate(FRAME_HEAD.length + PACKET + FRAME_END.length);
    private final ByteBuffer read = ByteBuffer.allocate(1024);
    private final HttpText answer = new HttpText();
    private boolean ending;
    private boolean framed; // what is in the frame is content
    private boolean ended;
    private volatile boolean stored;

    SlowUpload(SocketChannel channel, PatternBytes content, String path) {
        super(channel, "upload");
        this.content = content;
        this.head = ByteBuffer.wrap(
                ("PUT " + path + " HTTP/1.1\r\nHost: slow\r\nTransfer-Encoding: chunked\r\n\r\n").getBytes(ISO_8859_1));
        frame.limit(0);
    }

    @Override
    void begin() throws IOException {
        channel().write(head);
    }

    @Override
    void move() throws IOException {
        try {
            send();
        } catch (IOException refused) {
            answered(); // what it said before it closed is worth more
            fail(String.valueOf(refused.getMessage()));
        }
    }

    private void send() throws IOException {
        while (head.hasRemaining() || frame.hasRemaining() || next()) {
            if (channel().write(head.hasRemaining() ? head : frame) == 0) {
                return;
            }
            if (!frame.hasRemaining() && framed) {
                framed = false;
                moved(PACKET);
            }
        }
    }

    /** Makes the next frame, if there is credit for it; the last one needs none. */
    private boolean next() {
        if (ended || (!ending && credit() < PACKET)) {
            return false;
        }
        frame.clear();
        if (ending) {
            frame.put(BODY_END);
        } else {
            frame.put(FRAME_HEAD).put(content.slice(moved(), PACKET)).put(FRAME_END);
        }
        frame.flip();
        framed = !ending;
        ended = ending;
        return true;
    }

    /** From now on no more than what is half sent is sent, and the end. */
    void end() {
        ending = true;
    }

    @Override
    void answered() throws IOException {
        read.clear();
        int count = channel().read(read);
        answer.add(read.flip());
        if (count < 0 && answer.isEmpty()) {
            fail("closed without an answer");
        } else if (count < 0 || answer.isWhole()) {
            stored = ended && answer.status().equals("201");
            if (stored) {
                channel().close();
            } else {
                fail(answer.summary());
            }
        }
    }

    /** Whether it was answered that it is stored. */
    boolean stored() {
        return stored;
    }

    /** @param digest of what was sent; is used up */
    boolean storedAs(MessageDigest digest) {
        return answer.contains(HexFormat.of().formatHex(digest.digest()));
    }
}
