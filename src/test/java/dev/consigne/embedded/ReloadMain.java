package dev.consigne.embedded;

import io.quarkus.runtime.LaunchMode;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** An application that is asked for its configuration twice, from class loaders of its own, as dev mode does. */
final class ReloadMain {

    private ReloadMain() {}

    public static void main(String[] args) throws Exception {
        LaunchMode.set(LaunchMode.DEVELOPMENT);
        URL[] classes = {
            Path.of("target", "classes").toUri().toURL(),
            Path.of("target", "test-classes").toUri().toURL()
        };
        for (int load = 0; load < 2; load++) {
            try (ChildFirst loader = new ChildFirst(classes)) {
                loader.loadClass(ConfigMain.class.getName())
                        .getDeclaredMethod("ask", ClassLoader.class)
                        .invoke(null, loader);
            }
        }
    }

    private static final class ChildFirst extends URLClassLoader {

        ChildFirst(URL[] urls) {
            super(urls, ReloadMain.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.consigne.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }
}
