package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.startup.CursorSecret;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Cursors of listings: where the next page begins, signed together with what was listed, so that a cursor made up, or
 * taken from another listing, is refused and not guessed at. All replicas know the key.
 */
@Singleton
class Cursors {
    private static final int MAC_BYTES = 16;

    private final CursorSecret secret;

    Cursors(CursorSecret secret) {
        this.secret = secret;
    }

    /**
     * @param listing names the listing, its filters included; need not be readable
     * @param last the last item of the page
     */
    String after(String listing, String last) {
        byte[] name = last.getBytes(StandardCharsets.UTF_8);
        byte[] mac = mac(listing, name);
        byte[] cursor = Arrays.copyOf(mac, MAC_BYTES + name.length);
        System.arraycopy(name, 0, cursor, MAC_BYTES, name.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor);
    }

    /** The last item of the page the cursor came with; {@link ErrorCode#INVALID_CURSOR} if it is not of this listing. */
    String open(String listing, String cursor) {
        byte[] bytes = decode(cursor);
        if (bytes.length < MAC_BYTES) {
            throw invalid();
        }
        byte[] name = Arrays.copyOfRange(bytes, MAC_BYTES, bytes.length);
        if (!MessageDigest.isEqual(mac(listing, name), Arrays.copyOf(bytes, MAC_BYTES))) {
            throw invalid();
        }
        return new String(name, StandardCharsets.UTF_8);
    }

    private static byte[] decode(String cursor) {
        try {
            return Base64.getUrlDecoder().decode(cursor);
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
    }

    private byte[] mac(String listing, byte[] name) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.bytes(), "HmacSHA256"));
            byte[] context = listing.getBytes(StandardCharsets.UTF_8);
            mac.update((context.length + ":").getBytes(StandardCharsets.US_ASCII));
            mac.update(context);
            mac.update(name);
            return Arrays.copyOf(mac.doFinal(), MAC_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private static ServiceException invalid() {
        return new ServiceException(
                ErrorCode.INVALID_CURSOR,
                "The cursor does not belong to this listing. Begin again without one, or ask as for the page it came with.");
    }
}
