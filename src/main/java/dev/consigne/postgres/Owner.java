package dev.consigne.postgres;

/** For people who look at a row: which process holds it. */
final class Owner {
    private Owner() {}

    /** Asked at run time, never in a static field: a native build would keep its own. */
    static String ofThisProcess() {
        return ProcessHandle.current().pid() + "@" + System.getenv().getOrDefault("HOSTNAME", "local");
    }
}
