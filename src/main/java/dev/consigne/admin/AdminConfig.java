package dev.consigne.admin;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Who may administer. */
@ConfigMapping(prefix = "consigne.admin")
public interface AdminConfig {
    /** What an operator sends as {@code Authorization: Bearer}, 16 characters or more; without it nobody may. */
    Optional<String> token();
}
