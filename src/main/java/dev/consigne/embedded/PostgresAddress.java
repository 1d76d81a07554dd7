package dev.consigne.embedded;

import java.net.URI;

/**
 * Where a PostgreSQL is, and who asks.
 *
 * @param location host, port and database as in a URL: {@code host:port/database}, with parameters if there are any
 */
record PostgresAddress(String location, String user, String password) {

    /** @param url as in {@code postgresql://user:password@host:port/database} */
    static PostgresAddress parse(String url) {
        URI uri = URI.create(url);
        String login = uri.getUserInfo();
        if (login == null
                || login.indexOf(':') < 0
                || uri.getHost() == null
                || uri.getRawPath().length() < 2) {
            throw new IllegalArgumentException(
                    "consigne.test.postgres must have the form postgresql://user:password@host:port/database");
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String parameters = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        int colon = login.indexOf(':');
        return new PostgresAddress(
                uri.getHost() + port + uri.getRawPath() + parameters,
                login.substring(0, colon),
                login.substring(colon + 1));
    }

    static PostgresAddress embedded(int port) {
        return new PostgresAddress("127.0.0.1:" + port + "/consigne", "consigne", "consigne");
    }

    String reactiveUrl() {
        return "postgresql://" + location;
    }

    String jdbcUrl() {
        return "jdbc:postgresql://" + location;
    }

    @Override
    public String toString() {
        return reactiveUrl(); // without the password
    }
}
