package dev.consigne.embedded;

import io.quarkus.runtime.LaunchMode;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import java.util.List;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Gives dev and test mode their stores. In the normal launch mode, which is also that of the build, it gives nothing:
 * the launch mode and not the profile decides, because a profile can be chosen freely.
 *
 * <p>The one class of this package that the artefact holds, since the build writes its name into the artefact; so it
 * knows the others by name alone, and neither the class loader nor a native build goes looking for them.
 */
public final class EmbeddedStoresConfigSourceFactory implements ConfigSourceFactory {
    private static final String SOURCE = "dev.consigne.embedded.EmbeddedStoresConfigSource";

    @Override
    @SuppressWarnings("unchecked") // what the method returns
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        if (!LaunchMode.current().isDevOrTest()) {
            return List.of();
        }
        try {
            return (List<ConfigSource>) Class.forName(SOURCE, true, getClass().getClassLoader())
                    .getDeclaredMethod("sources", ConfigSourceContext.class)
                    .invoke(null, context);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the embedded stores are not on the class path", e);
        }
    }
}
