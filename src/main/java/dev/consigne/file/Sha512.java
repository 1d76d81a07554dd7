package dev.consigne.file;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A SHA-512 value as 128 lower-case hexadecimal digits (FIPS 180-4). It is only compared, never kept. */
public record Sha512(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{128}");

    public Sha512 {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("sha512 is not 128 lower-case hexadecimal digits: " + hex);
        }
    }

    public static Sha512 of(byte[] digest) {
        return new Sha512(HexFormat.of().formatHex(digest));
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK's own provider has SHA-512", e);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
