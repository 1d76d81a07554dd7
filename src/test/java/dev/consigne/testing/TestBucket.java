package dev.consigne.testing;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A bucket of a test's own, spoken to over {@link RawHttp}: what is in a request line or a header is sent as it is. */
public final class TestBucket {
    private static final String BUCKETS = "/api/v1/buckets/";

    private final URI service;
    private final String name;

    private TestBucket(URI service, String name) {
        this.service = service;
        this.name = name;
    }

    public static TestBucket create(URI service) {
        return create(service, "");
    }

    /** A bucket that takes no larger files. */
    public static TestBucket create(URI service, long maxFileBytes) {
        return create(service, "{\"maxFileBytes\":" + maxFileBytes + "}");
    }

    private static TestBucket create(URI service, String settings) {
        TestBucket bucket = new TestBucket(service, "t-" + UUID.randomUUID());
        RawResponse made = bucket.exchange(
                "PUT",
                BUCKETS + bucket.name,
                Optional.of(settings.getBytes(StandardCharsets.UTF_8)),
                "Content-Type: application/json");
        if (made.status() != 201) {
            throw new AssertionError("no bucket: " + made);
        }
        return bucket;
    }

    public String name() {
        return name;
    }

    public String path() {
        return BUCKETS + name;
    }

    /** @param rawName as it stands in the request line; characters above 0x7F are sent as UTF-8 */
    public String content(String rawName) {
        return path() + "/content/" + new String(rawName.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    public RawHttp connect() {
        return RawHttp.open(service);
    }

    public RawResponse put(String rawName, byte[] body, String... headers) {
        return exchange("PUT", content(rawName), Optional.of(body), headers);
    }

    /** Puts what has to succeed, as a step of a test about something else. */
    public RawResponse stored(String rawName, byte[] body, String... headers) {
        RawResponse response = put(rawName, body, headers);
        if (response.status() / 100 != 2) {
            throw new AssertionError("not stored: " + response);
        }
        return response;
    }

    public RawResponse get(String rawName, String... headers) {
        return exchange("GET", content(rawName), Optional.empty(), headers);
    }

    public RawResponse head(String rawName, String... headers) {
        try (RawHttp http = connect()) {
            return http.send(head("HEAD", content(rawName), Optional.empty(), headers))
                    .readHead();
        }
    }

    public RawResponse delete(String rawName, String... headers) {
        return exchange("DELETE", content(rawName), Optional.empty(), headers);
    }

    /** A multipart form, its body as given. */
    public RawResponse form(String query, String contentType, String body) {
        return exchange(
                "POST",
                path() + "/files" + query,
                Optional.of(body.getBytes(StandardCharsets.ISO_8859_1)),
                "Content-Type: " + contentType);
    }

    public RawResponse list(String query) {
        return exchange("GET", path() + "/files" + query, Optional.empty());
    }

    /** The names of all files of the bucket (of up to 1000). */
    public List<String> names() {
        return list("?limit=1000").json().findValuesAsText("name");
    }

    /** One request on a connection of its own. The body, if any, comes with its {@code Content-Length}. */
    public RawResponse exchange(String method, String rawPath, Optional<byte[]> body, String... headers) {
        try (RawHttp http = connect()) {
            return http.send(head(method, rawPath, body.map(b -> b.length), headers))
                    .sendUnlessRefused(body.orElse(new byte[0]))
                    .read();
        }
    }

    /** The lines up to the body. */
    public static String head(String method, String rawPath, Optional<Integer> length, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + rawPath + " HTTP/1.1\r\nHost: localhost\r\n");
        length.ifPresent(bytes -> head.append("Content-Length: ").append(bytes).append("\r\n"));
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }
}
