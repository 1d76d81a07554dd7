package dev.consigne.artefact;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/**
 * One client: writes, replaces, deletes and reads back names that nobody else writes, and reads those of others. It works
 * with one process of the service until that is killed, and goes on with the next where the model stands.
 */
final class KillWriter {
    private static final int NAMES = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final int number;
    private final int writers;
    private final Random random;
    private final KillTally tally;
    private final KillModel model = new KillModel();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    KillWriter(int number, int writers, long seed, KillTally tally) {
        this.number = number;
        this.writers = writers;
        this.random = new Random(seed);
        this.tally = tally;
    }

    /** Works until the process is gone. */
    void work(ServiceProcess service) throws InterruptedException {
        try {
            while (true) {
                step(service);
            }
        } catch (IOException killed) {
            // the process is gone, and with it the connection; the model knows what is not known
        }
    }

    /** Every name means what it may mean. */
    void verify(ServiceProcess service) throws IOException, InterruptedException {
        for (int name = 0; name < NAMES; name++) {
            while (!read(service, name(number, name))) {
                Thread.onSpinWait();
            }
        }
    }

    private void step(ServiceProcess service) throws IOException, InterruptedException {
        String name = name(number, random.nextInt(NAMES));
        switch (random.nextInt(10)) {
            case 0 -> delete(service, name);
            case 1, 2 -> read(service, name);
            case 3 -> readOther(service, name(random.nextInt(writers), random.nextInt(NAMES)));
            default -> put(service, name);
        }
    }

    private void put(ServiceProcess service, String name) throws IOException, InterruptedException {
        long value = model.next(name);
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofByteArray(new KillValue(name, value).bytes());
        change(request(service, name).PUT(body), name, value);
    }

    private void delete(ServiceProcess service, String name) throws IOException, InterruptedException {
        change(request(service, name).DELETE(), name, KillModel.ABSENT);
    }

    private void change(HttpRequest.Builder request, String name, long value) throws IOException, InterruptedException {
        HttpResponse<String> answer;
        try {
            answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException lost) {
            tally.unknown.incrementAndGet();
            model.unknown(name, value);
            throw lost;
        }
        if (answer.statusCode() / 100 == 2) {
            tally.acknowledged.incrementAndGet();
            model.acknowledged(name, value);
        } else if (answer.statusCode() == 404) {
            see(name, KillModel.ABSENT);
        } else if (answer.body().contains("commit-unknown")) {
            tally.unknown.incrementAndGet();
            model.unknown(name, value);
        } else {
            tally.refused.incrementAndGet();
            if (answer.statusCode() < 500) {
                tally.lost.add(name + " " + value + " refused: " + answer.statusCode() + " " + answer.body());
            }
        }
    }

    /** Whether there was an answer that says what the name means. */
    private boolean read(ServiceProcess service, String name) throws IOException, InterruptedException {
        Optional<Long> value = get(service, name);
        value.ifPresent(found -> see(name, found));
        return value.isPresent();
    }

    private void readOther(ServiceProcess service, String name) throws IOException, InterruptedException {
        get(service, name);
    }

    /** A body that breaks off is no answer; one that ends is whole, or the test has found what it looks for. */
    private Optional<Long> get(ServiceProcess service, String name) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                client.send(request(service, name).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
        tally.reads.incrementAndGet();
        return switch (answer.statusCode()) {
            case 200 -> whole(name, answer.body());
            case 404 -> Optional.of(KillModel.ABSENT);
            case 503 -> Optional.empty();
            default -> {
                tally.lost.add(
                        name + ": " + answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
                yield Optional.empty();
            }
        };
    }

    private Optional<Long> whole(String name, byte[] body) {
        Optional<KillValue> value = KillValue.parse(body);
        if (value.isEmpty() || !value.get().name().equals(name)) {
            tally.partial.add(name + ": " + body.length + " bytes that are no value of it");
            return Optional.empty();
        }
        return value.map(KillValue::number);
    }

    private void see(String name, long value) {
        if (!model.seen(name, value)) {
            tally.lost.add(name + " means " + value + " and may mean " + model.allowedOf(name));
        }
    }

    private static HttpRequest.Builder request(ServiceProcess service, String name) {
        return HttpRequest.newBuilder(service.content(name)).timeout(PATIENCE);
    }

    private static String name(int writer, int name) {
        return "writer-" + writer + "/file-" + name;
    }
}
