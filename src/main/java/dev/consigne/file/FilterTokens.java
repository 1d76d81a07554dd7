package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of a filter, token by token. Positions are characters from the beginning, the first is 0. */
final class FilterTokens {
    enum Kind {
        WORD,
        TEXT,
        NUMBER,
        SIGN,
        /** What begins none of them; who reads the tokens says what should be there instead. */
        OTHER,
        END
    }

    /** @param value of a text what it says, of all others what is written */
    record Token(Kind kind, String value, int position) {
        boolean is(Kind other, String text) {
            return kind == other && value.equals(text);
        }
    }

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d{1,4})?");
    private static final Pattern SIGN = Pattern.compile("<=|>=|[=<>(),.]");
    private static final Pattern TEXT =
            Pattern.compile("\"((?:[^\"\\\\\\x00-\\x1f]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4})*+)\"", Pattern.DOTALL);

    private final String text;
    private Token next;
    private int end;

    FilterTokens(String text) {
        this.text = text;
        this.next = scan(0);
    }

    Token peek() {
        return next;
    }

    Token take() {
        Token taken = next;
        next = scan(end);
        return taken;
    }

    private Token scan(int from) {
        int start = from;
        while (start < text.length() && text.charAt(start) == ' ') {
            start++;
        }
        if (start == text.length()) {
            end = start;
            return new Token(Kind.END, "", start);
        }
        char first = text.charAt(start);
        if (first == '"') {
            return new Token(
                    Kind.TEXT,
                    unescaped(match(TEXT, start, "a text that ends with \"").group(1), start),
                    start);
        }
        if (first == '-' || (first >= '0' && first <= '9')) {
            return new Token(Kind.NUMBER, match(NUMBER, start, "a number").group(), start);
        }
        if (SIGN.matcher(text).region(start, text.length()).lookingAt()) {
            return new Token(Kind.SIGN, match(SIGN, start, "").group(), start);
        }
        if (FilterField.WORD.matcher(text).region(start, text.length()).lookingAt()) {
            return new Token(Kind.WORD, match(FilterField.WORD, start, "").group(), start);
        }
        end = start + 1;
        return new Token(Kind.OTHER, text.substring(start, end), start);
    }

    private Matcher match(Pattern pattern, int start, String expected) {
        Matcher matcher = pattern.matcher(text).region(start, text.length());
        if (!matcher.lookingAt()) {
            throw refused(start, expected);
        }
        end = matcher.end();
        return matcher;
    }

    private static String unescaped(String escaped, int position) {
        StringBuilder plain = new StringBuilder(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char kind = escaped.charAt(++i);
            switch (kind) {
                case 'b' -> plain.append('\b');
                case 'f' -> plain.append('\f');
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 't' -> plain.append('\t');
                case 'u' -> {
                    plain.append((char) Integer.parseInt(escaped.substring(i + 1, i + 5), 16));
                    i += 4;
                }
                default -> plain.append(kind);
            }
        }
        if (plain.codePoints().anyMatch(FilterTokens::isNoCharacter)) {
            throw refused(position, "a text without U+0000 and without half a surrogate pair");
        }
        return plain.toString();
    }

    private static boolean isNoCharacter(int point) {
        return point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    static ServiceException refused(int position, String expected) {
        return new ServiceException(
                        ErrorCode.INVALID_FILTER,
                        "The filter cannot be read at position " + position + "; expected there: " + expected + ".")
                .with("position", position)
                .with("expected", expected);
    }
}
