package dev.consigne.embedded;

import io.quarkus.runtime.LaunchMode;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.List;

/** An application as far as its configuration: says what it would connect to in a launch mode. */
public final class ConfigMain {

    private ConfigMain() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        LaunchMode.set(LaunchMode.valueOf(args[0]));
        ask(ConfigMain.class.getClassLoader());
    }

    @SuppressWarnings("SystemOut")
    public static void ask(ClassLoader loader) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .forClassLoader(loader)
                .addDefaultSources()
                .addDiscoveredSources()
                .build();
        for (String name : List.of(
                "quarkus.datasource.reactive.url",
                "quarkus.datasource.jdbc.url",
                "quarkus.datasource.username",
                "quarkus.datasource.password",
                "quarkus.mongodb.connection-string",
                "quarkus.devservices.enabled")) {
            System.out.println(
                    name + "=" + config.getOptionalValue(name, String.class).orElse(""));
        }
    }
}
