package dev.consigne.client.streams;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Compares the bytes' SHA-256 with the one expected when their end is reached. Nothing can be skipped unread. */
final class CheckedStream extends FilterInputStream {
    private final MessageDigest digest = sha256();
    private final byte[] expected;
    private boolean ended;
    private boolean equal;

    CheckedStream(InputStream bytes, byte[] expected) {
        super(bytes);
        this.expected = expected;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        if (count >= 0) {
            digest.update(target, offset, count);
        } else {
            requireEqual();
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] unwanted = new byte[(int) Math.min(count, 8192)];
        return Math.max(0, read(unwanted, 0, unwanted.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void requireEqual() throws DigestMismatchException {
        if (!ended) { // the end may be asked for more than once, the digest may not
            ended = true;
            equal = MessageDigest.isEqual(digest.digest(), expected);
        }
        if (!equal) {
            throw new DigestMismatchException();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
