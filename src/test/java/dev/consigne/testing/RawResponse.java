package dev.consigne.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * An answer as it came over the wire.
 *
 * @param headers every line, in order
 * @param whole whether the body had the length its headers promised; a connection that broke earlier makes it false
 */
public record RawResponse(int status, List<Map.Entry<String, String>> headers, byte[] body, boolean whole) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The only value of the header, "" if there is none. */
    public String header(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw new AssertionError(name + " is there " + values.size() + " times: " + values);
        }
        return values.isEmpty() ? "" : values.get(0);
    }

    public List<String> all(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (java.io.IOException e) {
            throw new AssertionError("not JSON: " + text(), e);
        }
    }

    @Override
    public String toString() {
        return status + " " + headers + (whole ? "" : " (broken)") + " "
                + text().substring(0, Math.min(500, text().length()));
    }
}
