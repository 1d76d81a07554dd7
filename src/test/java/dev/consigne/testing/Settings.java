package dev.consigne.testing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Config interfaces outside of a running service. */
public final class Settings {
    private Settings() {}

    /** The interface with these properties, defaults for the others. A property it does not know fails. */
    public static <T> T read(Class<T> type, Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(type)
                .withSources(new PropertiesConfigSource(properties, "test", 500))
                .build()
                .getConfigMapping(type);
    }

    /** Every property the interface has, with its default; empty if it has none. */
    public static Map<String, String> defaults(Class<?> type) {
        Map<String, String> defaults = new TreeMap<>();
        String prefix = type.getAnnotation(ConfigMapping.class).prefix();
        Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .forEach(method -> defaults.put(prefix + "." + nameOf(method), defaultOf(method)));
        return defaults;
    }

    private static String nameOf(Method method) {
        WithName name = method.getAnnotation(WithName.class);
        return name != null
                ? name.value()
                : method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String defaultOf(Method method) {
        WithDefault value = method.getAnnotation(WithDefault.class);
        return value == null ? "" : value.value();
    }
}
