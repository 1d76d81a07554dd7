package dev.consigne.embedded;

import io.smallrye.config.ConfigSourceContext;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the user may say about the embedded stores.
 *
 * @param enabled {@code consigne.embedded.enabled}, true by default
 * @param folder {@code consigne.embedded.folder}: where the data is, absolute
 * @param heap {@code consigne.embedded.heap}: of their process, as {@code -Xmx} has it. Below 512m the document store
 *     may run out of memory, because it decodes whole batches
 * @param postgres {@code consigne.test.postgres}: the server to use in place of the embedded one
 * @param mongo {@code consigne.test.mongodb}: the connection string to use in place of the embedded one
 */
record EmbeddedSettings(
        boolean enabled, StoresFolder folder, String heap, Optional<PostgresAddress> postgres, Optional<String> mongo) {

    /** @throws IllegalArgumentException if {@code consigne.test.postgres} is not of the form it needs */
    static EmbeddedSettings from(ConfigSourceContext context, String defaultFolder) {
        Path folder = Path.of(value(context, "consigne.embedded.folder").orElse(defaultFolder));
        return new EmbeddedSettings(
                Boolean.parseBoolean(value(context, "consigne.embedded.enabled").orElse("true")),
                new StoresFolder(folder.toAbsolutePath().normalize()),
                value(context, "consigne.embedded.heap").orElse("768m"),
                value(context, "consigne.test.postgres").map(PostgresAddress::parse),
                value(context, "consigne.test.mongodb"));
    }

    private static Optional<String> value(ConfigSourceContext context, String name) {
        return Optional.ofNullable(context.getValue(name))
                .flatMap(found -> Optional.ofNullable(found.getValue()))
                .filter(text -> !text.isBlank());
    }
}
