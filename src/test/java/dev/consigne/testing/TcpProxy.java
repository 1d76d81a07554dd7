package dev.consigne.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A wire to a store that can be cut at an exact place, stalled, or pulled out. Every fault is told once and then done. */
public final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private record Marker(String text, boolean letThrough) {}

    private final InetSocketAddress target;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Marker> marker = new AtomicReference<>();
    private final AtomicLong cuts = new AtomicLong();
    private volatile CountDownLatch stall = new CountDownLatch(0);
    private volatile boolean down;
    private volatile boolean downWithCut;
    private long untilCut = Long.MAX_VALUE;

    public TcpProxy(String host, int port) throws IOException {
        target = new InetSocketAddress(host, port);
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections were cut by a fault that had been told. */
    public long cuts() {
        return cuts.get();
    }

    /** The next request that holds the text reaches the server, and is carried out; its answer does not come back. */
    public void loseAnswerTo(String text) {
        marker.set(new Marker(text, true));
    }

    /** The connection breaks just before the next request that holds the text would have been sent on. */
    public void loseRequest(String text) {
        marker.set(new Marker(text, false));
    }

    /** The connection that carries the so-manieth byte towards the server from now on breaks there. */
    public synchronized void cutAfter(long bytes) {
        untilCut = bytes;
    }

    /** Nothing goes either way until {@link #resume}. */
    public void stall() {
        stall = new CountDownLatch(1);
    }

    public void resume() {
        stall.countDown();
    }

    /** Breaks all connections and takes no new ones until {@link #up}. */
    public void down() {
        down = true;
        sockets.forEach(TcpProxy::reset);
    }

    /** As {@link #down}, but only with the next cut: whoever looks what became of it, finds nobody. */
    public void refuseAfterCut() {
        downWithCut = true;
    }

    public void up() {
        down = false;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        resume();
        down();
    }

    private void accept() throws IOException {
        while (!listener.isClosed()) {
            Socket client = listener.accept();
            if (down) {
                reset(client);
                continue;
            }
            Socket server = new Socket();
            sockets.add(client);
            sockets.add(server);
            server.connect(target);
            AtomicReference<@Nullable Marker> hit = new AtomicReference<>();
            start(() -> upward(client, server, hit));
            start(() -> downward(client, server, hit));
        }
    }

    private void upward(Socket client, Socket server, AtomicReference<@Nullable Marker> hit) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int read = client.getInputStream().read(buffer);
                    read >= 0;
                    read = client.getInputStream().read(buffer)) {
                await(stall);
                Marker armed = marker.get();
                if (armed != null && holds(buffer, read, armed.text()) && marker.compareAndSet(armed, null)) {
                    hit.set(armed);
                    if (!armed.letThrough()) {
                        cut();
                        return;
                    }
                }
                int room = roomFor(read);
                server.getOutputStream().write(buffer, 0, room);
                if (room < read) {
                    cut();
                    return;
                }
            }
        } finally {
            breakBoth(client, server);
        }
    }

    /** How many of so many bytes may still go up; after the last one there is no limit any more. */
    private synchronized int roomFor(int bytes) {
        if (untilCut == Long.MAX_VALUE) {
            return bytes;
        }
        int room = (int) Math.min(bytes, untilCut);
        untilCut = room < bytes ? Long.MAX_VALUE : untilCut - room;
        return room;
    }

    private void downward(Socket client, Socket server, AtomicReference<@Nullable Marker> hit) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int read = server.getInputStream().read(buffer);
                    read >= 0;
                    read = server.getInputStream().read(buffer)) {
                await(stall);
                if (hit.get() != null) {
                    cut();
                    return; // the server has answered, so it has done it
                }
                client.getOutputStream().write(buffer, 0, read);
            }
        } finally {
            breakBoth(client, server);
        }
    }

    private void breakBoth(Socket client, Socket server) {
        reset(client);
        reset(server);
        sockets.remove(client);
        sockets.remove(server);
    }

    private void cut() {
        cuts.incrementAndGet();
        if (downWithCut) {
            downWithCut = false;
            down();
        }
    }

    private static boolean holds(byte[] buffer, int length, String text) {
        return new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains(text);
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException alreadyClosed) {
            // then it need not be reset
        }
        try {
            socket.close();
        } catch (IOException ignored) {
            // it is gone either way
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException ended) {
                        // one of the two sides has gone
                    }
                },
                "tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
