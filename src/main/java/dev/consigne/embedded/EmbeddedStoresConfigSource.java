package dev.consigne.embedded;

import io.quarkus.runtime.LaunchMode;
import io.smallrye.config.ConfigSourceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the stores. The first question for one starts them: a configuration that nobody asks, as that of a
 * test without the service, costs nothing.
 */
final class EmbeddedStoresConfigSource implements ConfigSource {

    /** Above application.properties (250), below everything a user says from outside (.env 295, environment 300). */
    static final int ORDINAL = 255;

    static final String REACTIVE_URL = "quarkus.datasource.reactive.url";
    static final String MONGO_URL = "quarkus.mongodb.connection-string";

    private final EmbeddedSettings settings;
    private final Map<String, Supplier<String>> values;

    EmbeddedStoresConfigSource(EmbeddedSettings settings) {
        this.settings = settings;
        this.values = Map.of(
                REACTIVE_URL,
                () -> postgres().reactiveUrl(),
                "quarkus.datasource.jdbc.url",
                () -> postgres().jdbcUrl(),
                "quarkus.datasource.username",
                () -> postgres().user(),
                "quarkus.datasource.password",
                () -> postgres().password(),
                MONGO_URL,
                this::mongo);
    }

    /** Called by name from the factory: none if they are switched off, otherwise the one source. */
    @SuppressWarnings("unused")
    static List<ConfigSource> sources(ConfigSourceContext context) {
        String defaultFolder = LaunchMode.current() == LaunchMode.TEST ? "target/stores" : ".consigne/dev";
        EmbeddedSettings settings = EmbeddedSettings.from(context, defaultFolder);
        return settings.enabled() ? List.of(new EmbeddedStoresConfigSource(settings)) : List.of();
    }

    @Override
    public Set<String> getPropertyNames() {
        return values.keySet();
    }

    @Override
    public @Nullable String getValue(String name) {
        Supplier<String> value = values.get(name);
        return value == null ? null : value.get();
    }

    @Override
    public String getName() {
        return "embedded stores";
    }

    @Override
    public int getOrdinal() {
        return ORDINAL;
    }

    private PostgresAddress postgres() {
        return settings.postgres()
                .orElseGet(() -> PostgresAddress.embedded(running().postgresPort()));
    }

    private String mongo() {
        return settings.mongo()
                .orElseGet(() -> "mongodb://127.0.0.1:" + running().mongoPort());
    }

    private ReadyLine running() {
        List<String> stores = new ArrayList<>();
        if (settings.postgres().isEmpty()) {
            stores.add(EmbeddedStores.POSTGRES);
        }
        if (settings.mongo().isEmpty()) {
            stores.add(EmbeddedStores.MONGO);
        }
        return RunningStores.in(settings.folder(), settings.heap(), stores);
    }
}
