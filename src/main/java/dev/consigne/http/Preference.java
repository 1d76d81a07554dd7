package dev.consigne.http;

import io.vertx.core.MultiMap;
import java.util.Arrays;

/** What a client would like (RFC 7240). Only {@code return} is looked at; others may be left aside by the standard. */
final class Preference {
    static final String HEADER = "Prefer";
    static final String APPLIED = "Preference-Applied";
    static final String MINIMAL = "return=minimal";

    private Preference() {}

    /** Whether the answer to a change need not say what it made. Of several, the first counts (section 2). */
    static boolean minimal(MultiMap headers) {
        return headers.getAll(HEADER).stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(preference -> preference.replaceFirst(";.*", "").replaceAll("[\\s\"]", ""))
                .filter(preference -> preference.regionMatches(true, 0, "return=", 0, 7))
                .findFirst()
                .filter(MINIMAL::equalsIgnoreCase)
                .isPresent();
    }
}
