package dev.consigne.file;

import java.math.BigDecimal;
import java.time.Instant;

/** A value that a filter compares with. */
public sealed interface FilterLiteral {
    /** A text, as JSON writes it. */
    record Text(String value) implements FilterLiteral {
        @Override
        public String toString() {
            return quoted(value);
        }
    }

    /** A number, as JSON writes it; equal numbers are equal however they were written. */
    record Numeral(BigDecimal value) implements FilterLiteral {
        public Numeral {
            value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        }

        @Override
        public String toString() {
            return value.toPlainString();
        }
    }

    /** {@code true} or {@code false}. */
    record Flag(boolean value) implements FilterLiteral {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /** A time (RFC 3339), written as a text. */
    record Moment(Instant value) implements FilterLiteral {
        @Override
        public String toString() {
            return quoted(value.toString());
        }
    }

    /** The text as JSON has it (RFC 8259, section 7). */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
