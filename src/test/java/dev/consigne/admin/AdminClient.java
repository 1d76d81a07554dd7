package dev.consigne.admin;

import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import java.net.URI;

/** Speaks to the administration as an operator does, with the token of the tests unless told otherwise. */
final class AdminClient {
    static final String TOKEN = "dev-only-admin-token";
    static final String BEARER = "Authorization: Bearer " + TOKEN;

    private final URI management;

    AdminClient(URI management) {
        this.management = management;
    }

    RawResponse get(String path) {
        return send("GET", path, BEARER);
    }

    RawResponse post(String path) {
        return send("POST", path, BEARER);
    }

    RawResponse delete(String path) {
        return send("DELETE", path, BEARER);
    }

    /** With exactly these headers, and so without a token unless one is among them. */
    RawResponse send(String method, String path, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        try (RawHttp http = RawHttp.open(management)) {
            return http.send(head.append("\r\n").toString()).read();
        }
    }
}
