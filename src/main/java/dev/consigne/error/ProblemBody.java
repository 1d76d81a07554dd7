package dev.consigne.error;

import java.util.LinkedHashMap;
import java.util.Map;

/** The body of every error (RFC 9457), for whoever writes it. */
public final class ProblemBody {
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPE_BASE = "https://consigne.dev/problems/";

    private ProblemBody() {}

    /** Its members, in order; those the failure adds come last. */
    public static Map<String, Object> of(ServiceException failure, String requestId) {
        ErrorCode code = failure.code();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", TYPE_BASE + code.code());
        members.put("title", code.title());
        members.put("status", code.status());
        members.put("code", code.code());
        members.put("detail", failure.detail());
        members.put("requestId", requestId);
        members.putAll(failure.extensions());
        return members;
    }
}
