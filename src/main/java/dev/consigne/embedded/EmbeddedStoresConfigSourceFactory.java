package dev.consigne.embedded;

import io.quarkus.runtime.LaunchMode;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import java.util.List;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Gives dev and test mode their stores. In the normal launch mode, which is also that of the build, it gives nothing:
 * the launch mode and not the profile decides, because a profile can be chosen freely.
 */
public final class EmbeddedStoresConfigSourceFactory implements ConfigSourceFactory {

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        LaunchMode mode = LaunchMode.current();
        if (!mode.isDevOrTest()) {
            return List.of();
        }
        String defaultFolder = mode == LaunchMode.TEST ? "target/stores" : ".consigne/dev";
        EmbeddedSettings settings = EmbeddedSettings.from(context, defaultFolder);
        return settings.enabled() ? List.of(new EmbeddedStoresConfigSource(settings)) : List.of();
    }
}
