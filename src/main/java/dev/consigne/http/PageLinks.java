package dev.consigne.http;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/**
 * Says with every page of a listing where the first and the next one are (RFC 8288), beside the cursor in its body. The
 * links are paths with the parameters of the request: what a proxy calls this service is not known here.
 */
class PageLinks {
    private static final String CURSOR = "cursor";

    /** What may stand in a URI beside letters and digits (RFC 3986, section 2); the rest would end the link early. */
    private static final String IN_URIS = "-._~:/?@!$&'()*+,;=%";

    @ServerResponseFilter
    void link(ContainerResponseContext response, HttpServerRequest request) {
        if (response.getEntity() instanceof Paged page) {
            response.getHeaders().putSingle("Link", links(request.path(), request.query(), page.nextCursor()));
        }
    }

    /**
     * The value of {@code Link}.
     *
     * @param rawPath as it was sent
     * @param rawQuery as it was sent, null if there was none
     * @param next cursor of the next page, null if there is none
     */
    static String links(String rawPath, @Nullable String rawQuery, @Nullable String next) {
        String first = withoutCursor(rawQuery);
        String links = link(rawPath, first, "first");
        if (next == null) {
            return links;
        }
        return links + ", " + link(rawPath, (first.isEmpty() ? "" : first + "&") + CURSOR + "=" + next, "next");
    }

    private static String link(String rawPath, String rawQuery, String relation) {
        return "<" + escaped(rawPath) + (rawQuery.isEmpty() ? "" : "?" + escaped(rawQuery)) + ">; rel=\"" + relation
                + "\"";
    }

    /** Parameters are divided where the server below divides them. */
    private static String withoutCursor(@Nullable String rawQuery) {
        return rawQuery == null
                ? ""
                : Arrays.stream(rawQuery.split("[&;]"))
                        .filter(parameter -> !parameter.isEmpty())
                        .filter(parameter -> !RequestPath.decode(parameter.replaceFirst("=.*", ""))
                                .equals(CURSOR))
                        .collect(Collectors.joining("&"));
    }

    /** Percent-encodes what was sent as it is and should not have been; characters are the bytes that were sent. */
    private static String escaped(String raw) {
        StringBuilder escaped = new StringBuilder(raw.length());
        for (byte b : raw.getBytes(StandardCharsets.ISO_8859_1)) {
            char c = (char) (b & 0xFF);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || IN_URIS.indexOf(c) >= 0);
            escaped.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return escaped.toString();
    }
}
