package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Samples;
import java.nio.ByteBuffer;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a sender says of its bytes, and what becomes of bytes that are not so. */
class ClaimedDigestsTest {
    private static final byte[] BYTES = Bytes.seeded(1, 1000);
    private static final byte[] OTHERS = Bytes.seeded(2, 1000);
    private static final Digests BOTH = new Digests(sha256(BYTES), sha512(BYTES));

    @Test
    void asksForASha512OnlyIfItMayBeNeeded() {
        assertThat(ClaimedDigests.NONE.needsSha512()).isFalse();
        assertThat(ClaimedDigests.of(new Digests(sha256(BYTES), Optional.empty()))
                        .needsSha512())
                .isFalse();
        assertThat(ClaimedDigests.of(BOTH).needsSha512()).isTrue();
        assertThat(later(true, Digests.NONE).needsSha512()).isTrue();
    }

    @Test
    void isContentWithWhatIsSo() {
        for (ClaimedDigests claims : new ClaimedDigests[] {
            ClaimedDigests.NONE,
            ClaimedDigests.of(BOTH),
            ClaimedDigests.of(new Digests(sha256(BYTES), Optional.empty())),
            ClaimedDigests.of(new Digests(Optional.empty(), sha512(BYTES))),
            later(true, BOTH),
            later(true, new Digests(Optional.empty(), sha512(BYTES))),
            later(false, new Digests(sha256(BYTES), Optional.empty())),
        }) {
            assertThatCode(() -> pass(claims, BYTES)).as("%s", claims).doesNotThrowAnyException();
        }
    }

    @Test
    void refusesWhatIsNotSo() {
        for (ClaimedDigests claims : new ClaimedDigests[] {
            ClaimedDigests.of(new Digests(sha256(OTHERS), Optional.empty())),
            ClaimedDigests.of(new Digests(Optional.empty(), sha512(OTHERS))),
            ClaimedDigests.of(new Digests(sha256(BYTES), sha512(OTHERS))),
            ClaimedDigests.of(new Digests(sha256(OTHERS), sha512(BYTES))),
            later(true, new Digests(sha256(OTHERS), Optional.empty())),
            later(true, new Digests(Optional.empty(), sha512(OTHERS))),
            later(false, new Digests(sha256(OTHERS), Optional.empty())),
            new ClaimedDigests(BOTH, true, () -> new Digests(sha256(OTHERS), Optional.empty())),
        }) {
            assertRefused(() -> pass(claims, BYTES), ErrorCode.DIGEST_MISMATCHED_VALUES);
        }
    }

    @Test
    void refusesWhatItWasNotPreparedFor() {
        ClaimedDigests unannounced = later(false, new Digests(Optional.empty(), sha512(BYTES)));

        assertRefused(() -> pass(unannounced, BYTES), ErrorCode.DIGEST_INVALID_VALUES);
    }

    @Test
    void joinsClaimsThatDoNotContradictEachOther() {
        Digests one = new Digests(sha256(BYTES), Optional.empty());
        Digests other = new Digests(Optional.empty(), sha512(BYTES));

        assertThat(one.and(other)).isEqualTo(BOTH);
        assertThat(one.and(BOTH)).isEqualTo(BOTH);
        assertThat(Digests.NONE.and(one)).isEqualTo(one);
        assertRefused(() -> one.and(new Digests(sha256(OTHERS), Optional.empty())), ErrorCode.DIGEST_MISMATCHED_VALUES);
        assertRefused(
                () -> other.and(new Digests(Optional.empty(), sha512(OTHERS))), ErrorCode.DIGEST_MISMATCHED_VALUES);
    }

    @Test
    void aClaimMakesNoOtherWish() {
        UploadCommand command = Samples.upload(Samples.newBucket(), "a");
        UploadCommand claiming = command.withTerms(command.terms().withDigests(ClaimedDigests.of(BOTH)));

        assertThat(claiming.fingerprint()).isEqualTo(command.fingerprint());
    }

    @Test
    void aClaimIsKeptWhenTheFileIsNamedByItsId() {
        ClaimedDigests claims = ClaimedDigests.of(BOTH);

        assertThat(UploadTerms.NONE.withDigests(claims).onto(Samples.newFile()).digests())
                .isEqualTo(claims);
    }

    @Test
    void sha512IsAHundredAndTwentyEightLowerCaseDigits() {
        assertThat(Sha512.of(new byte[64])).hasToString("0".repeat(128));
        assertThatIllegalArgumentException().isThrownBy(() -> Sha512.of(new byte[63]));
        assertThatIllegalArgumentException().isThrownBy(() -> new Sha512("A".repeat(128)));
    }

    @Property(tries = 300)
    void takesAnyBytesWithTheirDigestsAndNoneWithABitFlipped(
            @ForAll @Size(min = 1, max = 300) byte[] bytes, @ForAll @IntRange(max = 1 << 20) int bit) {
        byte[] flipped = Bytes.flipped(bytes, bit % (8 * bytes.length));
        ClaimedDigests short256 = ClaimedDigests.of(new Digests(sha256(bytes), Optional.empty()));
        ClaimedDigests long512 = ClaimedDigests.of(new Digests(Optional.empty(), sha512(bytes)));

        assertThat(pass(short256, bytes)).isEqualTo(pass(long512, bytes));
        assertRefused(() -> pass(short256, flipped), ErrorCode.DIGEST_MISMATCHED_VALUES);
        assertRefused(() -> pass(long512, flipped), ErrorCode.DIGEST_MISMATCHED_VALUES);
    }

    private static ClaimedDigests later(boolean announced, Digests digests) {
        return new ClaimedDigests(Digests.NONE, announced, () -> digests);
    }

    private static Sha256 pass(ClaimedDigests claims, byte[] bytes) {
        ContentMeter meter = new ContentMeter(bytes.length, claims);
        for (ByteBuffer buffer : Bytes.buffers(bytes, 7)) {
            meter.pass(buffer);
        }
        return meter.total(Samples.newContent(), 64).sha256();
    }

    private static Optional<Sha256> sha256(byte[] bytes) {
        return Optional.of(Sha256.of(Sha256.digest().digest(bytes)));
    }

    private static Optional<Sha512> sha512(byte[] bytes) {
        return Optional.of(Sha512.of(Sha512.digest().digest(bytes)));
    }

    private static void assertRefused(ThrowingCallable act, ErrorCode code) {
        assertThatThrownBy(act)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
