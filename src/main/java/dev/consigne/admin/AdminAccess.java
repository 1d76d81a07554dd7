package dev.consigne.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Lets those in who have the token; without one, nobody. */
@ApplicationScoped
class AdminAccess {
    static final String CHALLENGE = "Bearer realm=\"consigne-admin\"";

    private static final String SCHEME = "Bearer ";

    /** What a header can carry without doubt, and too long to be guessed. */
    private static final Pattern TOKEN = Pattern.compile("[!-~]{16,1024}");

    private final Optional<String> token;

    AdminAccess(AdminConfig config) {
        this.token = config.token();
    }

    void start(@Observes @Priority(1) StartupEvent event) {
        requireGoodToken();
    }

    void requireGoodToken() {
        if (token.isPresent() && !TOKEN.matcher(token.get()).matches()) {
            throw new IllegalStateException("refusing to start: consigne.admin.token must be 16 to 1024 characters,"
                    + " letters, digits and signs of ASCII without spaces");
        }
    }

    /** @param authorization every such header of the request */
    void require(List<String> authorization) {
        String expected = token.orElseThrow(() -> new ServiceException(
                ErrorCode.ADMIN_DISABLED,
                "Nobody may administer until consigne.admin.token (CONSIGNE_ADMIN_TOKEN) is set"
                        + " to 16 characters or more."));
        if (authorization.size() != 1 || !carries(authorization.get(0), expected)) {
            throw new ServiceException(
                    ErrorCode.UNAUTHENTICATED, "Send Authorization: Bearer with the token of this service.");
        }
    }

    /** In a time that does not tell how much of the token is right. */
    private static boolean carries(String header, String expected) {
        return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(header.substring(SCHEME.length()).getBytes(UTF_8), expected.getBytes(UTF_8));
    }
}
