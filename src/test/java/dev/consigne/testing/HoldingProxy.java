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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A wire to a store that swallows one request, or the answer to one, and says so: the client waits, and can be killed
 * while it does. All else passes.
 */
public final class HoldingProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int PATIENCE_SECONDS = 30;

    /** What of the exchange is held. */
    public enum Part {
        /** The request never reaches the server, unless it is released. */
        REQUEST,
        /** The server has carried out the request; the answer does not come back. */
        ANSWER
    }

    private final InetSocketAddress target;
    private final Part part;
    private final String before;
    private final String text;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean armed = new AtomicBoolean();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean closed;

    private HoldingProxy(int port, Part part, String before, String text) throws IOException {
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.part = part;
        this.before = before;
        this.text = text;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** Holds the part of the first request that has the text in its first KiB. */
    public static HoldingProxy holding(int port, Part part, String text) throws IOException {
        HoldingProxy proxy = unarmed(port, part, text);
        proxy.arm();
        return proxy;
    }

    /** Holds nothing before it is armed. */
    public static HoldingProxy unarmed(int port, Part part, String text) throws IOException {
        return new HoldingProxy(port, part, "", text);
    }

    /** As {@link #unarmed}, on a connection that has sent another text before, so that others may send the same. */
    public static HoldingProxy unarmedAfter(String before, int port, Part part, String text) throws IOException {
        return new HoldingProxy(port, part, before, text);
    }

    public void arm() {
        armed.set(true);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Waits until the part is held. */
    public void awaitHeld() throws InterruptedException {
        require(held, "nothing to hold came by");
    }

    /** Lets the held request go, whose sender may be long dead, and waits until the server has answered it. */
    public void release() throws InterruptedException {
        released.countDown();
        require(answered, "the released request was not answered");
    }

    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        released.countDown();
        answered.countDown();
    }

    private void accept() throws IOException {
        while (!closed) {
            Socket client = listener.accept();
            Socket server = new Socket();
            sockets.add(client);
            sockets.add(server);
            server.connect(target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            AtomicBoolean hit = new AtomicBoolean();
            start(() -> upward(client, server, hit));
            start(() -> downward(client, server, hit));
        }
    }

    private void upward(Socket client, Socket server, AtomicBoolean hit) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        boolean due = before.isEmpty();
        try (client;
                server) {
            for (int read = client.getInputStream().read(buffer);
                    read >= 0;
                    read = client.getInputStream().read(buffer)) {
                due |= has(before, buffer, read);
                boolean here = due && has(text, buffer, read) && armed.compareAndSet(true, false);
                if (here) {
                    hit.set(true);
                }
                if (here && part == Part.REQUEST) {
                    held.countDown();
                    await(released);
                }
                server.getOutputStream().write(buffer, 0, read); // fails if this was closed instead of released
                if (here && part == Part.REQUEST) {
                    await(answered);
                }
            }
        }
    }

    private void downward(Socket client, Socket server, AtomicBoolean hit) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (client;
                server) {
            for (int read = server.getInputStream().read(buffer);
                    read >= 0;
                    read = server.getInputStream().read(buffer)) {
                if (hit.get() && part == Part.ANSWER) {
                    held.countDown();
                    await(released);
                    return;
                }
                if (hit.get()) {
                    answered.countDown();
                }
                client.getOutputStream().write(buffer, 0, read);
            }
        }
    }

    private static boolean has(String text, byte[] buffer, int length) {
        return new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains(text);
    }

    private static void require(CountDownLatch latch, String otherwise) throws InterruptedException {
        if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(otherwise);
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
                "holding-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
