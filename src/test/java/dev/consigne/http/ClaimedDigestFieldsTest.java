package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.Digests;
import dev.consigne.testing.Bytes;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9530, sections 2 and 3. */
class ClaimedDigestFieldsTest {
    private static final byte[] BYTES = Bytes.seeded(1, 100);
    private static final String SHA_256 = Bytes.digest("sha-256", BYTES);
    private static final String SHA_512 = Bytes.digest("sha-512", BYTES);

    @Test
    void readsWhatIsKnown() {
        Digests digests = read("Content-Digest", SHA_256 + ", " + SHA_512);

        assertThat(digests.sha256().orElseThrow()).hasToString(Bytes.sha256(BYTES));
        assertThat(digests.sha512()).isPresent();
        assertThat(read("Repr-Digest", SHA_256).sha512()).isEmpty();
        assertThat(read("Repr-Digest", SHA_512).sha256()).isEmpty();
        assertThat(read("Digest", "sha-256=abc")).isEqualTo(Digests.NONE);
    }

    @Test
    void joinsLinesAndFields() {
        Digests both = read("Content-Digest", SHA_256 + "," + SHA_512);

        assertThat(read("Content-Digest", SHA_256, "Content-Digest", SHA_512)).isEqualTo(both);
        assertThat(read("Content-Digest", SHA_256, "repr-digest", SHA_512)).isEqualTo(both);
        assertThat(read("Content-Digest", SHA_256, "Repr-Digest", SHA_256 + ", " + SHA_512))
                .isEqualTo(both);
    }

    @ParameterizedTest
    @ValueSource(strings = {"md5=:AQID:", "crc32c=:AAAAAA==:", "unixsum=30637", "md5", "adler=\"x\""})
    void passesOverUnknownAlgorithmsBesideKnownOnes(String unknown) {
        assertThat(read("Content-Digest", unknown + ", " + SHA_256)).isEqualTo(read("Content-Digest", SHA_256));
    }

    /** I69. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "md5=:CgjIWwWlaS1iVFm13MzYhA==:",
                "crc32c=:AAAAAA==:",
                "sha=:qqlAJmTxpB9A67xSyZk+tmrrNmYClY/fqig7ceZNsSM=:",
                "unixsum=30637, unixcksum=1",
                "sha-384=:AQID:",
                "sha256=:AQID:"
            })
    void refusesOnlyUnknownAlgorithms(String field) {
        assertRefused(ErrorCode.DIGEST_UNSUPPORTED_ALGORITHMS, "Repr-Digest", field);
    }

    @Test
    void refusesAFieldOfUnknownAlgorithmsBesideOneOfKnown() {
        assertRefused(ErrorCode.DIGEST_UNSUPPORTED_ALGORITHMS, "Content-Digest", SHA_256, "Repr-Digest", "md5=:AQID:");
    }

    /** I67. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha-256",
                "sha-256=",
                "sha-256=:bad:",
                "sha-256=::",
                "sha-256=:AQID:",
                "sha-256=abc",
                "sha-256=\"LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=\"",
                "sha-256=LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
                "SHA-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:",
                "sha-256=:LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:",
                "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:,",
                "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:, sha-512=:AQID:",
                "sha-512=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:",
                "sha-256=32"
            })
    void refusesWhatIsNoDigest(String field) {
        assertRefused(ErrorCode.DIGEST_INVALID_VALUES, "Content-Digest", field);
    }

    @Test
    void refusesContradictingFields() {
        String other = Bytes.digest("sha-256", Bytes.seeded(2, 100));

        assertRefused(ErrorCode.DIGEST_MISMATCHED_VALUES, "Content-Digest", SHA_256, "Repr-Digest", other);
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Digest, Content-Digest",
        "'repr-digest ,X', Repr-Digest",
        "'Repr-Digest, Content-Digest', Content-Digest Repr-Digest",
        "'', ''",
        "X-Content-Digest, ''",
        "Digest, ''"
    })
    void findsWhatIsAnnounced(String trailer, String expected) {
        assertThat(String.join(" ", ClaimedDigestFields.announced(List.of(trailer))))
                .isEqualTo(expected);
    }

    @Test
    void findsWhatIsAnnouncedOnSeveralLines() {
        assertThat(ClaimedDigestFields.announced(List.of("X", "content-digest", "Repr-Digest")))
                .containsExactly("Content-Digest", "Repr-Digest");
    }

    @Test
    void refusesAnnouncementsWhereTrailersAreNotSeen() {
        assertThatCode(() -> ClaimedDigestFields.requireTrailers(HttpVersion.HTTP_1_1))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> ClaimedDigestFields.requireTrailers(HttpVersion.HTTP_2))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_SUPPORTED));
    }

    @Property(tries = 2000)
    void saysYesOrOneOfThreeNosToAnything(
            @ForAll @StringLength(max = 60) @CharRange(from = ' ', to = '~') String field) {
        try {
            assertThat(read("Content-Digest", "sha-256=" + field)).isNotEqualTo(Digests.NONE);
        } catch (ServiceException refusal) {
            assertThat(refusal.code()).isIn(ErrorCode.DIGEST_INVALID_VALUES, ErrorCode.DIGEST_UNSUPPORTED_ALGORITHMS);
        }
    }

    private static Digests read(String... namesAndValues) {
        MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return ClaimedDigestFields.read(fields::getAll);
    }

    private static void assertRefused(ErrorCode code, String... namesAndValues) {
        assertThatThrownBy(() -> read(namesAndValues))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
