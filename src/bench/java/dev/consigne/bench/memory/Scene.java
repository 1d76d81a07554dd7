package dev.consigne.bench.memory;

import dev.consigne.artefact.ServiceProcess;
import dev.consigne.bench.MeasuredStores;
import dev.consigne.bench.ServiceJvm;
import dev.consigne.bench.Setting;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The embedded stores in a process of their own, and services on them. The stores are removed at the end. */
final class Scene implements AutoCloseable {
    private static final String HEAP = "256m";

    private static final String FOLDER = "stores-memory-benchmark";

    private final PatternBytes content = new PatternBytes();
    private final MeasuredStores stores;

    Scene() throws IOException {
        stores = MeasuredStores.start(FOLDER);
    }

    /** What is stored and read. */
    PatternBytes content() {
        return content;
    }

    /** A fresh process with a heap of 256m unless {@link ServiceJvm} is told otherwise, chunks of {@code -Dbench.chunk} (1M). */
    ServiceProcess service(List<String> jvmOptions, Map<String, String> settings) throws Exception {
        List<String> options = ServiceJvm.options(HEAP);
        options.addAll(jvmOptions);
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("CONSIGNE_FILE_CHUNK_SIZE", Setting.text("chunk", "1M"));
        return ServiceProcess.start(stores.settings(), options, all);
    }

    static String heap() {
        return ServiceJvm.heap(HEAP);
    }

    /** {@code -Dbench.warm}: transfers each way before anything is measured. */
    static int warmTransfers() {
        return Setting.number("warm", 20);
    }

    /** Transfers of one kind, so that what is measured later is neither the compiler nor the first use of a buffer. */
    static void warm(TransferClient client) throws Exception {
        for (int i = 0; i < warmTransfers(); i++) {
            client.upload("warm", 10 << 20);
            client.download("warm", 10 << 20);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stores.close();
    }
}
