package dev.consigne.bench.throughput;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;

/** Uploads, downloads and small answers over HTTP, each client with one connection of its own. */
final class HttpArms {
    private final String name;
    private final String template;
    private final List<Long> pids;
    private final byte[] content;

    /**
     * @param name of what answers
     * @param template a URL with {@code {name}} in it, which takes PUT and GET
     * @param pids whose processor time is counted; none if it is not known
     */
    HttpArms(String name, String template, List<Long> pids, byte[] content) {
        this.name = name;
        this.template = template;
        this.pids = pids;
        this.content = content;
    }

    /** Each client replaces a file of its own, until there were so many uploads in all. */
    Arm uploads(int files, int clients) {
        return new Arm(
                name + ", " + clients + " at once",
                pids,
                () -> inParallel(clients, client -> {
                    try (HttpConnection connection = connect()) {
                        for (int file = 0; file < files / clients; file++) {
                            requireStored(connection.send("PUT", at("up" + client), content, content.length));
                        }
                    }
                }));
    }

    /** One file of this size, and no other client. */
    Arm largeUpload(long length) {
        return new Arm(name + ", one of " + (length >> 20) + " MiB", pids, () -> {
            try (HttpConnection connection = connect()) {
                requireStored(connection.send("PUT", at("large"), content, length));
            }
        });
    }

    /** The file of {@link #largeUpload}. */
    Arm largeDownload(long length) throws Exception {
        largeUpload(length).work().run();
        CRC32C crc32c = new CRC32C();
        for (long from = 0; from < length; from += content.length) {
            crc32c.update(content);
        }
        return new Arm(name + ", one of " + (length >> 20) + " MiB", pids, () -> {
            try (HttpConnection connection = connect()) {
                require(connection.get(at("large")), 200, length, crc32c.getValue());
            }
        });
    }

    Arm downloads(int files, int clients) throws Exception {
        try (HttpConnection connection = connect()) {
            requireStored(connection.send("PUT", at("down"), content, content.length));
        }
        long crc32c = crc32c(0, content.length);
        return new Arm(
                name + ", " + clients + " at once",
                pids,
                () -> inParallel(clients, client -> {
                    try (HttpConnection connection = connect()) {
                        for (int file = 0; file < files / clients; file++) {
                            require(connection.get(at("down")), 200, content.length, crc32c);
                        }
                    }
                }));
    }

    Arm smallUploads(int files, int length, int clients) {
        return new Arm(
                name,
                pids,
                () -> inParallel(clients, client -> {
                    try (HttpConnection connection = connect()) {
                        for (int file = 0; file < files / clients; file++) {
                            requireStored(connection.send("PUT", at("s" + UUID.randomUUID()), content, length));
                        }
                    }
                }));
    }

    Arm smallDownloads(int files, int length, int clients) throws Exception {
        try (HttpConnection connection = connect()) {
            requireStored(connection.send("PUT", at("small" + length), content, length));
        }
        long crc32c = crc32c(0, length);
        return new Arm(
                name,
                pids,
                () -> inParallel(clients, client -> {
                    try (HttpConnection connection = connect()) {
                        for (int file = 0; file < files / clients; file++) {
                            require(connection.get(at("small" + length)), 200, length, crc32c);
                        }
                    }
                }));
    }

    /** Parts of 1 MiB of a file of this size. */
    Arm ranges(int parts, int clients, long length) throws Exception {
        largeUpload(length).work().run();
        int count = (int) (length >> 20);
        return new Arm(
                name + ", 1 MiB of " + (length >> 30) + " GiB",
                pids,
                () -> inParallel(clients, client -> {
                    try (HttpConnection connection = connect()) {
                        for (int part = 0; part < parts / clients; part++) {
                            long from = (long) ((part * 31 + client * 101) % count) << 20;
                            HttpConnection.Answer answer =
                                    connection.get(at("large"), "Range: bytes=" + from + "-" + (from + (1 << 20) - 1));
                            require(answer, 206, 1 << 20, crc32c((int) (from % content.length), 1 << 20));
                        }
                    }
                }));
    }

    /** Answers without content: of what is not there, and of what has not changed. */
    Arm answers(int requests, int clients, int status) {
        String[] headers = status == 304 ? new String[] {"If-None-Match: *"} : new String[0];
        URI target = at(status == 304 ? "down" : "nothing");
        return new Arm(
                name + ", " + status,
                pids,
                () -> inParallel(clients, client -> {
                    try (HttpConnection connection = connect()) {
                        for (int request = 0; request < requests / clients; request++) {
                            int answered = connection.get(target, headers).status();
                            if (answered != status) {
                                throw new IllegalStateException(answered + " instead of " + status);
                            }
                        }
                    }
                }));
    }

    private HttpConnection connect() throws Exception {
        return new HttpConnection(at("x"));
    }

    private URI at(String file) {
        return URI.create(template.replace("{name}", file));
    }

    private long crc32c(int from, int length) {
        CRC32C crc32c = new CRC32C();
        crc32c.update(content, from, length);
        return crc32c.getValue();
    }

    private static void requireStored(HttpConnection.Answer answer) {
        if (answer.status() / 100 != 2) {
            throw new IllegalStateException("an upload was answered " + answer.status());
        }
    }

    private static void require(HttpConnection.Answer answer, int status, long length, long crc32c) {
        if (answer.status() != status || answer.length() != length || answer.crc32c() != crc32c) {
            throw new IllegalStateException("a download was answered " + answer);
        }
    }

    private interface Client {
        void run(int number) throws Exception;
    }

    private static void inParallel(int clients, Client client) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                ends.add(threads.submit(() -> {
                    client.run(number);
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
