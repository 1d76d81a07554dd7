package dev.consigne.file;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How files are looked for. */
@ConfigMapping(prefix = "consigne.search")
public interface SearchConfig {
    /** Longest a statement of a search may run; then it is answered 422, with what to narrow. 100ms at least. */
    @WithDefault("2s")
    Duration timeout();
}
