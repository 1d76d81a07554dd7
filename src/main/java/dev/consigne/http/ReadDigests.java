package dev.consigne.http;

import dev.consigne.file.Sha256;
import io.vertx.core.MultiMap;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** What a client can check a content it reads by (RFC 9530): the SHA-256 that is kept, and no other digest. */
final class ReadDigests {
    private static final String ALGORITHM = "sha-256";

    private ReadDigests() {}

    /** {@code Repr-Digest}, of all bytes of the file whatever part of them is sent; empty if it is not wanted. */
    static Optional<String> ofFile(MultiMap headers, Sha256 sha256) {
        return unlessUnwanted(headers, "Want-Repr-Digest", sha256);
    }

    /** {@code Content-Digest}, of the bytes that are sent, if they are all; empty if it is not wanted. */
    static Optional<String> ofBody(MultiMap headers, Sha256 sha256) {
        return unlessUnwanted(headers, "Want-Content-Digest", sha256);
    }

    /** A weight of 0 means: not this one (section 4). What cannot be read says nothing. */
    private static Optional<String> unlessUnwanted(MultiMap headers, String header, Sha256 sha256) {
        Map<String, StructuredDictionary.Value> wanted =
                StructuredDictionary.parse(headers.getAll(header)).orElse(Map.of());
        return new StructuredDictionary.Value.Whole(0).equals(wanted.get(ALGORITHM))
                ? Optional.empty()
                : Optional.of(ALGORITHM + "=:" + Base64.getEncoder().encodeToString(sha256.bytes()) + ":");
    }
}
