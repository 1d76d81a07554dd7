package dev.consigne.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jboss.resteasy.reactive.RestResponse.Status;

/** What a client would like (RFC 7240). Only {@code return} is looked at; others may be left aside by the standard. */
final class Preference {
    static final String HEADER = "Prefer";
    static final String APPLIED = "Preference-Applied";
    static final String MINIMAL = "return=minimal";

    // Nothing here gives back what it took: no header can make the search long or deep.
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
    private static final String WORD = "(?:" + TOKEN + "|\"(?:[^\"\\\\]|\\\\.)*+\")";
    private static final String ASSIGNED = "(?:[ \t]*+=[ \t]*+(" + WORD + ")?+)?+";

    /** One preference with its parameters, up to the next (section 2). */
    private static final Pattern PREFERENCE = Pattern.compile(
            "[ \t,]*+(" + TOKEN + ")" + ASSIGNED + "(?:[ \t]*+;[ \t]*+(?:" + TOKEN + ASSIGNED + ")?+)*+[ \t]*+(?:,|$)");

    private Preference() {}

    /**
     * The answer to a change as its client prefers it: with what was made, or, if it prefers to be told no more, without a
     * body, which is 204 for all but a creation.
     */
    static <T> ResponseBuilder<T> answer(HttpServerRequest request, boolean created, T made) {
        boolean minimal = minimal(request.headers());
        Status status = created ? Status.CREATED : minimal ? Status.NO_CONTENT : Status.OK;
        ResponseBuilder<T> answer = ResponseBuilder.create(status, minimal ? null : made);
        return minimal ? answer.header(APPLIED, MINIMAL) : answer;
    }

    /** Whether the answer to a change need not say what it made. Of several, the first counts (section 2). */
    static boolean minimal(MultiMap headers) {
        Matcher preference = PREFERENCE.matcher(String.join(",", headers.getAll(HEADER)));
        while (preference.lookingAt()) {
            if (preference.group(1).equalsIgnoreCase("return")) {
                String value = preference.group(2);
                return value != null && value.replace("\"", "").equalsIgnoreCase("minimal");
            }
            preference.region(preference.end(), preference.regionEnd());
        }
        return false;
    }
}
