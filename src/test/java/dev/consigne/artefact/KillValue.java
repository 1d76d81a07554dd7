package dev.consigne.artefact;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.consigne.testing.Bytes;
import java.util.Arrays;
import java.util.Optional;

/**
 * The value of one write: bytes that say which write of which name they are, so that whoever reads them can tell whether
 * they are whole without knowing the writer.
 */
record KillValue(String name, long number) {
    private static final int[] LENGTHS = {0, 1, 1000, 65_435, 65_436, 65_437, 130_972, 200_000, 700_000};

    byte[] bytes() {
        byte[] head = String.format("%-90s%10d", name, number).getBytes(US_ASCII);
        byte[] tail = Bytes.seeded(name.hashCode() * 31L + number, LENGTHS[(int) (number % LENGTHS.length)]);
        byte[] all = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, all, head.length, tail.length);
        return all;
    }

    /** The write these bytes are, all of them; empty if they are not exactly one. */
    static Optional<KillValue> parse(byte[] bytes) {
        if (bytes.length < 100) {
            return Optional.empty();
        }
        String head = new String(bytes, 0, 100, US_ASCII);
        try {
            KillValue value = new KillValue(
                    head.substring(0, 90).strip(),
                    Long.parseLong(head.substring(90).strip()));
            return Arrays.equals(value.bytes(), bytes) ? Optional.of(value) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
