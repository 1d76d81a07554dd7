package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.ClaimedDigests;
import dev.consigne.file.Digests;
import dev.consigne.file.Sha256;
import dev.consigne.file.Sha512;
import dev.consigne.http.StructuredDictionary.Value;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads {@code Content-Digest} and {@code Repr-Digest} of a request (RFC 9530), from its headers and its trailers. As no
 * content coding is taken and no part of a file, both are over the same bytes: those of the body.
 */
final class ClaimedDigestFields {
    static final String CONTENT_DIGEST = "Content-Digest";
    static final String REPR_DIGEST = "Repr-Digest";

    static final String CONTENT_DESCRIPTION =
            "Digests of the body (RFC 9530), `sha-256` or `sha-512`; other bytes are refused and not stored. A chunked"
                    + " HTTP/1.1 body may bring it as a trailer, announced by `Trailer`. Of a form: of the whole form";
    static final String REPR_DESCRIPTION = "As `Content-Digest`: a body is stored as it is sent, so both are the same";
    static final String EXAMPLE = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:";

    private static final List<String> FIELDS = List.of(CONTENT_DIGEST, REPR_DIGEST);
    private static final String SHA_256 = "sha-256";
    private static final String SHA_512 = "sha-512";
    private static final Set<String> ALGORITHMS = Set.of(SHA_256, SHA_512);

    private ClaimedDigestFields() {}

    /**
     * What the headers say, and what the trailers will have said.
     *
     * @throws ServiceException {@link ErrorCode#DIGEST_INVALID_VALUES}, {@link
     *     ErrorCode#DIGEST_UNSUPPORTED_ALGORITHMS}, {@link ErrorCode#DIGEST_MISMATCHED_VALUES} if the fields contradict
     *     each other; {@link ErrorCode#NOT_SUPPORTED} if trailers are announced on a protocol whose trailers are not seen
     */
    static ClaimedDigests of(HttpServerRequest request) {
        Digests before = read(request.headers()::getAll);
        List<String> announced = announced(request.headers().getAll("Trailer"));
        if (!announced.isEmpty()) {
            requireTrailers(request.version());
        }
        Optional<TrailerKeeper.Trailers> trailers = TrailerKeeper.of(request);
        if (trailers.isEmpty() && !announced.isEmpty()) {
            throw missing(announced.get(0)); // no chunks, no trailers
        }
        return trailers.map(kept -> new ClaimedDigests(before, !announced.isEmpty(), () -> late(announced, kept)))
                .orElseGet(() -> ClaimedDigests.of(before));
    }

    /** The digest fields a {@code Trailer} header names (RFC 9110, section 6.6.2). */
    static List<String> announced(List<String> lines) {
        List<String> names = lines.stream()
                .flatMap(line -> List.of(line.split(",", -1)).stream())
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .toList();
        return FIELDS.stream()
                .filter(field -> names.contains(field.toLowerCase(Locale.ROOT)))
                .toList();
    }

    /** A promise to send what nobody would look at is refused before the body, not broken after it. */
    static void requireTrailers(HttpVersion version) {
        if (version == HttpVersion.HTTP_2) {
            throw new ServiceException(
                    ErrorCode.NOT_SUPPORTED,
                    "Trailers are not read on HTTP/2. Send the digest in a header, or use HTTP/1.1.");
        }
    }

    private static Digests late(List<String> announced, TrailerKeeper.Trailers trailers) {
        for (String field : announced) {
            if (trailers.all(field).isEmpty()) {
                throw missing(field);
            }
        }
        return read(trailers::all);
    }

    /**
     * What both fields say together.
     *
     * @param lines the lines of a field, by its name
     */
    static Digests read(Function<String, List<String>> lines) {
        Digests all = Digests.NONE;
        for (String field : FIELDS) {
            if (!lines.apply(field).isEmpty()) {
                all = all.and(digests(field, lines.apply(field)));
            }
        }
        return all;
    }

    private static Digests digests(String field, List<String> lines) {
        Map<String, Value> members = StructuredDictionary.parse(lines)
                .orElseThrow(() -> invalid(field, "is no dictionary of digests such as sha-256=:…:"));
        if (members.isEmpty()) {
            throw invalid(field, "names no digest.");
        }
        if (members.keySet().stream().noneMatch(ALGORITHMS::contains)) {
            throw new ServiceException(
                            ErrorCode.DIGEST_UNSUPPORTED_ALGORITHMS,
                            "The field " + field + " names only algorithms that are not checked here: use sha-256 or"
                                    + " sha-512.")
                    .with("field", field)
                    .with("algorithms", List.copyOf(members.keySet()));
        }
        return new Digests(
                bytes(field, SHA_256, 32, members).map(Sha256::of),
                bytes(field, SHA_512, 64, members).map(Sha512::of));
    }

    private static Optional<byte[]> bytes(String field, String algorithm, int length, Map<String, Value> members) {
        if (!members.containsKey(algorithm)) {
            return Optional.empty();
        }
        if (members.get(algorithm) instanceof Value.Bytes value && value.bytes().remaining() == length) {
            byte[] copy = new byte[length];
            value.bytes().duplicate().get(copy);
            return Optional.of(copy);
        }
        throw invalid(field, "has a " + algorithm + " that is not " + length + " bytes in base64 between colons.")
                .with("algorithm", algorithm);
    }

    private static ServiceException missing(String field) {
        return invalid(field, "was announced as a trailer and did not come.");
    }

    private static ServiceException invalid(String field, String reason) {
        return new ServiceException(
                        ErrorCode.DIGEST_INVALID_VALUES, "The field " + field + " " + reason + " Nothing was stored.")
                .with("field", field);
    }
}
