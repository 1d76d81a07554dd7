package dev.consigne.http;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a dictionary of a structured field (RFC 9651, section 4.2.2), strictly: a field with one fault in it is no
 * dictionary at all. Of the kinds of values it tells apart byte sequences and integers, which digest fields are made of;
 * parameters are read and passed over.
 */
final class StructuredDictionary {
    /** Longer ones are no dictionaries here; the server below limits all headers together to 20 KiB. */
    static final int MAX_CHARACTERS = 8 * 1024;

    /** The value of a member. */
    sealed interface Value {
        /** A byte sequence. */
        record Bytes(ByteBuffer bytes) implements Value {}

        /** An integer of at most 15 digits. */
        record Whole(long number) implements Value {}

        /** Anything else there is: string, token, decimal, date, boolean, inner list. */
        record Other() implements Value {}
    }

    private static final Pattern KEY = Pattern.compile("[a-z*][a-z0-9_.*-]*");
    private static final Pattern BYTES = Pattern.compile(":([A-Za-z0-9+/]*={0,2}):");
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,12}\\.[0-9]{1,3}(?![0-9.])");
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,15}(?![0-9.])");

    /** Repeats give nothing back: matching them takes no stack, however long they are. */
    private static final Pattern OTHER = Pattern.compile(
            "\"(?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*+\"" // a string
                    + "|[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*" // a token
                    + "|\\?[01]" // a boolean
                    + "|@-?[0-9]{1,15}(?![0-9.])" // a date
                    + "|%\"(?:[ !#$&-~]|%[0-9a-f]{2})*+\""); // a display string

    private static final Pattern SPACES = Pattern.compile(" *");
    private static final Pattern OPTIONAL_WHITESPACE = Pattern.compile("[ \\t]*");

    private final String text;
    private int at;

    private StructuredDictionary(String text) {
        this.text = text;
    }

    /**
     * The members in their order; of members with one key the last counts (section 3.2). Empty if it is no dictionary.
     *
     * @param lines the lines of the field, which together are one (RFC 9110, section 5.3)
     */
    static Optional<Map<String, Value>> parse(List<String> lines) {
        String text = String.join(",", lines);
        if (text.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new StructuredDictionary(text.strip()).members());
        } catch (NoDictionary e) {
            return Optional.empty();
        }
    }

    private Map<String, Value> members() throws NoDictionary {
        Map<String, Value> members = new LinkedHashMap<>();
        while (at < text.length()) {
            String key = require(KEY).group();
            Value value = skip('=') ? itemOrList() : new Value.Other();
            parameters();
            members.remove(key);
            members.put(key, value);
            require(OPTIONAL_WHITESPACE);
            if (at == text.length()) {
                return members;
            }
            demand(',');
            require(OPTIONAL_WHITESPACE);
            if (at == text.length()) {
                throw new NoDictionary(); // a comma that nothing follows
            }
        }
        return members;
    }

    private Value itemOrList() throws NoDictionary {
        if (!skip('(')) {
            return item();
        }
        require(SPACES);
        while (!skip(')')) {
            item();
            parameters();
            if (at < text.length() && text.charAt(at) != ')' && text.charAt(at) != ' ') {
                throw new NoDictionary();
            }
            require(SPACES);
        }
        return new Value.Other();
    }

    private void parameters() throws NoDictionary {
        while (skip(';')) {
            require(SPACES);
            require(KEY);
            if (skip('=')) {
                item();
            }
        }
    }

    private Value item() throws NoDictionary {
        if (at < text.length() && text.charAt(at) == ':') {
            return new Value.Bytes(decoded(require(BYTES).group(1)));
        }
        if (lookingAt(DECIMAL).isPresent()) {
            return new Value.Other();
        }
        Optional<Matcher> integer = lookingAt(INTEGER);
        if (integer.isPresent()) {
            return new Value.Whole(Long.parseLong(integer.get().group()));
        }
        require(OTHER);
        return new Value.Other();
    }

    private static ByteBuffer decoded(String base64) throws NoDictionary {
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(base64)).asReadOnlyBuffer();
        } catch (IllegalArgumentException e) {
            throw new NoDictionary();
        }
    }

    private Matcher require(Pattern pattern) throws NoDictionary {
        return lookingAt(pattern).orElseThrow(NoDictionary::new);
    }

    private Optional<Matcher> lookingAt(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            return Optional.empty();
        }
        at = matcher.end();
        return Optional.of(matcher);
    }

    private boolean skip(char expected) {
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void demand(char expected) throws NoDictionary {
        if (!skip(expected)) {
            throw new NoDictionary();
        }
    }

    /** What was read is no dictionary. */
    private static final class NoDictionary extends Exception {
        private static final long serialVersionUID = 1;

        NoDictionary() {
            super("no dictionary", null, false, false);
        }
    }
}
