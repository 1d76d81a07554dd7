package dev.consigne.embedded;

import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.util.Map;

/**
 * The stores a service in test mode would get, for a test that runs without one: embedded, or those that {@code
 * consigne.test.postgres} and {@code consigne.test.mongodb} name.
 *
 * @param postgres host, port and database
 * @param mongo host and port
 */
public record StoresWithoutService(URI postgres, String jdbcUrl, String user, String password, URI mongo) {
    private static final int BELOW_SYSTEM_PROPERTIES = 100;

    /** Starts them on a folder below {@code target} if they do not run; they end with this JVM. */
    public static StoresWithoutService in(String folder) {
        Map<String, String> where = Map.of("consigne.embedded.folder", "target/" + folder);
        ConfigSourceFactory stores = context -> EmbeddedStoresConfigSource.sources(context);
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addSystemSources()
                .withSources(new PropertiesConfigSource(where, "folder", BELOW_SYSTEM_PROPERTIES))
                .withSources(stores)
                .build();
        return new StoresWithoutService(
                URI.create(config.getValue(EmbeddedStoresConfigSource.REACTIVE_URL, String.class)),
                config.getValue("quarkus.datasource.jdbc.url", String.class),
                config.getValue("quarkus.datasource.username", String.class),
                config.getValue("quarkus.datasource.password", String.class),
                URI.create(config.getValue(EmbeddedStoresConfigSource.MONGO_URL, String.class)));
    }

    @Override
    public String toString() {
        return postgres + " " + mongo; // without the password
    }
}
