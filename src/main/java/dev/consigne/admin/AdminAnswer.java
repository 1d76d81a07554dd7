package dev.consigne.admin;

import java.util.Map;
import java.util.Optional;

/**
 * What an operator is told.
 *
 * @param location where to look next
 * @param body the members of a JSON object
 */
record AdminAnswer(int status, Optional<String> location, Map<String, Object> body) {
    static AdminAnswer ok(Map<String, Object> body) {
        return new AdminAnswer(200, Optional.empty(), body);
    }

    /** Begun, and seen at the path. */
    static AdminAnswer accepted(String location, Map<String, Object> body) {
        return new AdminAnswer(202, Optional.of(location), body);
    }
}
