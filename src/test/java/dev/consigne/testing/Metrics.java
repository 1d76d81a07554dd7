package dev.consigne.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.stream.DoubleStream;

/** The service's own figures, read as an operator reads them. */
public final class Metrics {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final URI endpoint;

    /** @param endpoint of the management port */
    public Metrics(URI endpoint) {
        this.endpoint = endpoint;
    }

    /** The value of the only series of this name, 0 if it is not there yet. */
    public double value(String name) {
        return value(name, "");
    }

    /**
     * The value of one series, 0 if it is not there yet.
     *
     * @param label {@code name="value"} of a label it has, among others
     */
    public double value(String name, String label) {
        return values(name, label).findFirst().orElse(0);
    }

    /** As {@link #value(String, String)}, of all series together that have the label. */
    public double sum(String name, String label) {
        return values(name, label).sum();
    }

    private DoubleStream values(String name, String label) {
        return text().lines()
                .filter(line -> line.startsWith(name + " ") || (line.startsWith(name + "{") && line.contains(label)))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
    }

    /** Whether any name or label has this in it. */
    public boolean mentions(String text) {
        return text().contains(text);
    }

    /** All of them, as they are exposed. */
    public String text() {
        try {
            HttpResponse<String> response = CLIENT.send(
                    HttpRequest.newBuilder(endpoint)
                            .header("Accept", "text/plain")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError("no metrics: " + response.statusCode());
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
