package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limit, prefix and cursor of a listing. */
class ListingParametersTest {
    private static final Cursors CURSORS =
            new Cursors(() -> "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

    @Test
    void takesLimitsFrom1To1000() {
        assertThat(PageRequest.limit(null)).isEqualTo(100);
        assertThat(PageRequest.limit("1")).isEqualTo(1);
        assertThat(PageRequest.limit("1000")).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0", "-1", "+1", "1001", "9999", "10000", "01", "1 ", "1.0", "1e2", "abc", "٣", "99999999999"
            })
    void refusesOtherLimits(String limit) {
        refused(() -> PageRequest.limit(limit), ErrorCode.INVALID_PARAMETER);
    }

    @Test
    void takesPrefixesInTheFormOfNames() {
        assertThat(NamePrefix.require("")).isEmpty();
        assertThat(NamePrefix.require("a%_\\/")).isEqualTo("a%_\\/");
        assertThat(NamePrefix.require("e\u0301")).isEqualTo("\u00e9");
        assertThat(NamePrefix.require("a".repeat(1024))).hasSize(1024);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000", "\n", "\u007f", "\ud800", "\uffff", "\udbff\udfff"})
    void refusesPrefixesNoNameCanHave(String prefix) {
        refused(() -> NamePrefix.require(prefix), ErrorCode.INVALID_PARAMETER);
    }

    @Test
    void refusesPrefixesLongerThanNames() {
        refused(() -> NamePrefix.require("a".repeat(1025)), ErrorCode.INVALID_PARAMETER);
        refused(() -> NamePrefix.require("\u00e9".repeat(513)), ErrorCode.INVALID_PARAMETER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "\u00e9/\uD83D\uDE00", "a\u0000b"})
    void opensTheCursorsItGave(String last) {
        assertThat(CURSORS.open("listing", CURSORS.after("listing", last))).isEqualTo(last);
    }

    @Test
    void writesCursorsThatNeedNoEncodingInAUrl() {
        Set<String> cursors = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            cursors.add(CURSORS.after("listing", "name-" + i));
        }

        assertThat(cursors).hasSize(1000).allMatch(cursor -> cursor.matches("[A-Za-z0-9_-]+"));
    }

    @Test
    void refusesCursorsWithAnyBitChanged() {
        byte[] cursor = Base64.getUrlDecoder().decode(CURSORS.after("listing", "name"));
        for (int bit = 0; bit < cursor.length * 8; bit++) {
            byte[] changed = cursor.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            refusedCursor("listing", Base64.getUrlEncoder().withoutPadding().encodeToString(changed));
        }
    }

    @Test
    void refusesCursorsOfAnotherListingOrKey() {
        Cursors other = new Cursors(() -> "another key, as long as the first".getBytes(StandardCharsets.US_ASCII));

        refusedCursor("listin", CURSORS.after("listing", "name"));
        refusedCursor("listingn", CURSORS.after("listing", "name"));
        refusedCursor("listing", CURSORS.after("listingn", "ame"));
        refusedCursor("listing", other.after("listing", "name"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "YQ", "***", "AAAAAAAAAAAAAAAAAAAAAA", "é"})
    void refusesWhatIsNoCursor(String cursor) {
        refusedCursor("listing", cursor);
    }

    private static void refusedCursor(String listing, String cursor) {
        refused(() -> CURSORS.open(listing, cursor), ErrorCode.INVALID_CURSOR);
    }

    private static void refused(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServiceException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
