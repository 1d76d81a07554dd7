package dev.consigne.postgres;

/**
 * The strings that begin with a prefix, as a range of the order by code points (which is the order of UTF-8 bytes, and of
 * {@code COLLATE "C"}). A range uses the index whatever the prefix holds; {@code %} and {@code _} mean nothing in it.
 *
 * @param from first string of the range
 * @param before first string after it
 */
record PrefixRange(String from, String before) {
    /** Greater than every name: U+10FFFF is a noncharacter, which no name may hold. */
    private static final String AFTER_ALL = new String(Character.toChars(Character.MAX_CODE_POINT));

    static PrefixRange of(String prefix) {
        int end = prefix.length();
        while (end > 0) {
            int last = prefix.codePointBefore(end);
            int start = end - Character.charCount(last);
            if (last < Character.MAX_CODE_POINT) {
                int next = last + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : last + 1;
                return new PrefixRange(prefix, prefix.substring(0, start) + new String(Character.toChars(next)));
            }
            end = start;
        }
        return new PrefixRange(prefix, AFTER_ALL);
    }
}
