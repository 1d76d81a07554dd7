package dev.consigne.error;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The body of every error (RFC 9457), for whoever writes it. */
public final class ProblemBody {
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPE_BASE = "https://consigne.dev/problems/";
    private static final String REGISTERED_BASE = "https://iana.org/assignments/http-problem-types#";

    /** Types that others know too (RFC 9457, section 4.2); their codes are the registered names. */
    private static final Set<ErrorCode> REGISTERED = EnumSet.of(
            ErrorCode.DIGEST_UNSUPPORTED_ALGORITHMS,
            ErrorCode.DIGEST_INVALID_VALUES,
            ErrorCode.DIGEST_MISMATCHED_VALUES);

    private ProblemBody() {}

    /** Its members, in order; those the failure adds come last. */
    public static Map<String, Object> of(ServiceException failure, String requestId) {
        ErrorCode code = failure.code();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", (REGISTERED.contains(code) ? REGISTERED_BASE : TYPE_BASE) + code.code());
        members.put("title", code.title());
        members.put("status", code.status());
        members.put("code", code.code());
        members.put("detail", failure.detail());
        members.put("requestId", requestId);
        members.putAll(failure.extensions());
        return members;
    }
}
