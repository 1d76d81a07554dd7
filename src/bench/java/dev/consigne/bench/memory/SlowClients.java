package dev.consigne.bench.memory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Many slow uploads and as many slow downloads, all in one thread. Each has a turn for a packet at equal intervals; what
 * the service did not take or bring at one turn may be made up for at the next ones. The receive buffers of downloads are
 * small, so that the kernel does not read ahead of the client.
 */
final class SlowClients implements AutoCloseable {
    private static final int RECEIVE_BUFFER = 16 * 1024;
    private static final int SEND_BUFFER = 32 * 1024;

    /** What this thread is late with is made up for, up to so much. */
    private static final long BEHIND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final URI service;
    private final String source;
    private final long sourceLength;
    private final int each;
    private final long turnEvery;
    private final long connectEvery;
    private final int callers;
    private final PatternBytes content;
    private final Selector selector = Selector.open();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(PatternBytes.MOST);
    private final ArrayDeque<SlowTransfer> turns = new ArrayDeque<>();
    private final List<SlowTransfer> transfers = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "slow clients");
    private int asked;
    private long nextConnect = System.nanoTime();
    private volatile int connected;
    private volatile boolean ending;
    private volatile boolean stopped;
    private volatile String broken = "";

    /**
     * @param source a stored file of the pattern, of which each download reads a range of an eighth
     * @param each how many uploads, and how many downloads
     * @param rate bytes a second of each
     * @param ramp how many begin in a second
     * @param callers how many addresses they have together, none of which is that of others; 0: one that is
     */
    SlowClients(URI source, long sourceLength, int each, long rate, int ramp, int callers, PatternBytes content)
            throws IOException {
        this.service = source;
        this.source = source.getPath();
        this.sourceLength = sourceLength;
        this.each = each;
        this.turnEvery = TimeUnit.SECONDS.toNanos(1) * SlowTransfer.PACKET / rate;
        this.connectEvery = TimeUnit.SECONDS.toNanos(1) / ramp;
        this.callers = callers;
        this.content = content;
    }

    /** Begins all of them, one after the other, and returns when the last has been begun. */
    void start(long withinSeconds) throws InterruptedException {
        thread.setDaemon(true);
        thread.start();
        await("connections", withinSeconds, () -> connected == 2 * each);
    }

    /** Ends the bodies of the uploads and waits for the answers. */
    void endUploads(long withinSeconds) throws InterruptedException {
        ending = true;
        await(
                "answers",
                withinSeconds,
                () -> uploads().noneMatch(upload -> upload.channel().isOpen()));
    }

    /** What failed and how often; while they run, what has failed so far. */
    Map<String, Integer> failures() {
        Map<String, Integer> failures = new TreeMap<>();
        transfers.forEach(transfer -> transfer.failure().ifPresent(why -> failures.merge(why, 1, Integer::sum)));
        return failures;
    }

    /** Bytes that all uploads have sent. */
    long sent() {
        return uploads().mapToLong(SlowTransfer::moved).sum();
    }

    /** Bytes that all downloads have read. */
    long received() {
        return transfers.stream().mapToLong(SlowTransfer::moved).sum() - sent();
    }

    /** The longest time in which a transfer moved nothing, in seconds. Before {@link #endUploads}. */
    double longestSilence() {
        return transfers.stream().mapToLong(SlowTransfer::longestSilence).max().orElse(0) / 1e9;
    }

    private Stream<SlowUpload> uploads() {
        return transfers.stream().filter(SlowUpload.class::isInstance).map(SlowUpload.class::cast);
    }

    /** How many uploads were answered with the digest of what they had sent. After {@link #endUploads}. */
    int storedRight() throws Exception {
        List<SlowUpload> byLength = uploads()
                .filter(SlowUpload::stored)
                .sorted(Comparator.comparingLong(SlowTransfer::moved))
                .toList();
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        long hashed = 0;
        int right = 0;
        for (SlowUpload upload : byLength) {
            content.update(digest, hashed, upload.moved());
            hashed = upload.moved();
            right += upload.storedAs((MessageDigest) digest.clone()) ? 1 : 0;
        }
        return right;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stopped = true;
        selector.wakeup();
        thread.join(TimeUnit.SECONDS.toMillis(10));
        selector.close();
    }

    private void await(String what, long seconds, BooleanSupplier reached) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > end || !thread.isAlive()) {
                throw new IllegalStateException("no " + what + " within " + seconds + " s " + broken + failures());
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private void run() {
        try {
            while (!stopped) {
                connect();
                takeTurns();
                selector.select(this::ready, millisToNext());
            }
        } catch (IOException e) {
            broken = e.toString();
        } finally {
            selector.keys().forEach(key -> closeQuietly((SlowTransfer) key.attachment()));
        }
    }

    private long millisToNext() {
        long next = asked < 2 * each ? nextConnect : Long.MAX_VALUE;
        SlowTransfer first = turns.peek();
        if (first != null) {
            next = Math.min(next, first.due());
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(next - System.nanoTime());
        return Math.max(1, Math.min(50, millis));
    }

    private void connect() throws IOException {
        while (asked < 2 * each && System.nanoTime() >= nextConnect) {
            SlowTransfer transfer = asked % 2 == 0 ? upload(asked / 2) : download(asked / 2);
            if (callers > 0) {
                transfer.channel().bind(address(asked % callers));
            }
            transfer.channel().register(selector, SelectionKey.OP_CONNECT, transfer);
            transfer.channel().connect(new InetSocketAddress(service.getHost(), service.getPort()));
            asked++;
            nextConnect += connectEvery;
        }
    }

    /** All of 127.0.0.0/8 is this machine, on Linux. */
    private static InetSocketAddress address(int caller) throws IOException {
        byte[] address = {127, 1, (byte) (caller / 250), (byte) (1 + caller % 250)};
        return new InetSocketAddress(InetAddress.getByAddress(address), 0);
    }

    private SlowUpload upload(int number) throws IOException {
        SocketChannel channel = SocketChannel.open().setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
        channel.configureBlocking(false);
        SlowUpload upload = new SlowUpload(channel, content, source + "-" + each + "-upload-" + number);
        transfers.add(upload);
        return upload;
    }

    private SlowDownload download(int number) throws IOException {
        SocketChannel channel = SocketChannel.open().setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
        channel.configureBlocking(false);
        long length = sourceLength / 8;
        long from = (sourceLength - length) / each * number;
        SlowDownload download = new SlowDownload(channel, content, scratch, source, from, length);
        transfers.add(download);
        return download;
    }

    private void takeTurns() {
        long now = System.nanoTime();
        for (SlowTransfer next = turns.peek(); next != null && next.due() <= now; next = turns.peek()) {
            turns.remove();
            if (ending && next instanceof SlowUpload upload) {
                upload.end();
            }
            attempt(next, next::turn);
            if (next.channel().isOpen()) {
                next.due(Math.max(next.due() + turnEvery, now - BEHIND_NANOS));
                turns.add(next);
            }
        }
    }

    private void ready(SelectionKey key) {
        SlowTransfer transfer = (SlowTransfer) key.attachment();
        if (key.isConnectable()) {
            attempt(transfer, () -> begin(key, transfer));
        } else {
            attempt(transfer, transfer::answered);
        }
    }

    private void begin(SelectionKey key, SlowTransfer transfer) throws IOException {
        connected++;
        transfer.channel().finishConnect();
        key.interestOps(transfer instanceof SlowUpload ? SelectionKey.OP_READ : 0);
        transfer.begin();
        transfer.due(System.nanoTime() + turnEvery);
        turns.add(transfer);
    }

    private static void attempt(SlowTransfer transfer, Act act) {
        try {
            act.run();
        } catch (IOException e) {
            try {
                transfer.fail(String.valueOf(e.getMessage()));
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
        }
    }

    private static void closeQuietly(SlowTransfer transfer) {
        attempt(transfer, () -> transfer.channel().close());
    }

    private interface Act {
        void run() throws IOException;
    }
}
