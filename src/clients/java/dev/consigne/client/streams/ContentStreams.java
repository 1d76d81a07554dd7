package dev.consigne.client.streams;

import dev.consigne.client.ApiClient;
import dev.consigne.client.JSON;
import dev.consigne.client.model.FileRecord;
import dev.consigne.client.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Uploads from and downloads to streams, beside the client that openapi-generator makes (Java, okhttp-gson), which offers
 * files only. It uses that client's connections, address and models. Memory does not grow with the file.
 */
public final class ContentStreams {
    private static final int ATTEMPTS = 4;
    private static final long LONGEST_PAUSE_SECONDS = 30;
    private static final Pattern SHA_256 = Pattern.compile("sha-256=:([^:]+):");

    private final ApiClient client;

    public ContentStreams(ApiClient client) {
        this.client = client;
    }

    /**
     * Stores the bytes under a name, once, under a key that is made up for them. What may succeed later (503, 429, the same upload
     * still running) is tried again, up to four times in all, if the bytes can be read again.
     *
     * @throws ProblemException if it is refused
     * @throws IOException if the bytes cannot be read, or the service cannot be reached
     */
    public FileRecord upload(String bucket, String name, Upload upload) throws IOException {
        Request request = new Request.Builder()
                .url(url(bucket, name))
                .header(
                        "Idempotency-Key",
                        upload.key().orElseGet(() -> UUID.randomUUID().toString()))
                .put(new StreamBody(upload))
                .build();
        for (int attempt = 1; ; attempt++) {
            try (Response response = client.getHttpClient().newCall(request).execute()) {
                if (response.isSuccessful()) {
                    return JSON.deserialize(text(response), FileRecord.class);
                }
                ProblemException refused = refusal(response);
                if (!upload.repeatable() || !refused.mayPassLater() || attempt == ATTEMPTS) {
                    throw refused;
                }
                pause(response, attempt);
            }
        }
    }

    /** Opens all of a file. As {@link #download(String, String, Optional)}. */
    public Download download(String bucket, String name) throws IOException {
        return download(bucket, name, Optional.empty());
    }

    /**
     * Opens a file's bytes, or a range of them. To be closed: until then a connection is taken. The stream of a whole file
     * fails at its end, with a {@link DigestMismatchException}, if its bytes are not those that were stored.
     *
     * @param range as in RFC 9110, such as {@code bytes=0-99}
     * @throws ProblemException if it is refused
     */
    public Download download(String bucket, String name, Optional<String> range) throws IOException {
        Request.Builder request = new Request.Builder()
                .url(url(bucket, name))
                .header("Accept-Encoding", "identity"); // what is packed on the way has no length
        range.ifPresent(bytes -> request.header("Range", bytes));
        Response response = client.getHttpClient().newCall(request.build()).execute();
        if (!response.isSuccessful()) {
            try (response) {
                throw refusal(response);
            }
        }
        return new Download(
                response.header("ETag", ""),
                response.header("Content-Type", "application/octet-stream"),
                length(response),
                checked(response));
    }

    private HttpUrl url(String bucket, String name) {
        return HttpUrl.get(client.getBasePath())
                .newBuilder()
                .addPathSegments("api/v1/buckets")
                .addPathSegment(bucket)
                .addPathSegment("content")
                .addPathSegment(name)
                .build();
    }

    private static InputStream checked(Response response) {
        InputStream bytes = response.body().byteStream();
        Matcher digest = SHA_256.matcher(response.header("Repr-Digest", ""));
        return response.code() == 200 && digest.find()
                ? new CheckedStream(bytes, Base64.getDecoder().decode(digest.group(1)))
                : bytes;
    }

    private static OptionalLong length(Response response) {
        long length = response.body().contentLength();
        return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
    }

    private static ProblemException refusal(Response response) throws IOException {
        MediaType type = response.body().contentType();
        boolean told = type != null && type.subtype().equals("problem+json");
        return new ProblemException(
                response.code(),
                told ? Optional.of(JSON.deserialize(text(response), Problem.class)) : Optional.empty());
    }

    private static String text(Response response) throws IOException {
        return response.body().string();
    }

    private static void pause(Response response, int attempt) throws IOException {
        long seconds;
        try {
            seconds = Long.parseLong(response.header("Retry-After", "1"));
        } catch (NumberFormatException date) {
            seconds = 1;
        }
        try {
            TimeUnit.SECONDS.sleep(Math.min(seconds * attempt, LONGEST_PAUSE_SECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted between two attempts").initCause(interrupted);
        }
    }
}
