package dev.consigne.testing;

import dev.consigne.testing.WireFaults.Marker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A wire to a store that can be cut at an exact place, stalled, slowed, or pulled out. A cut is told once and then done. */
public final class TcpProxy implements AutoCloseable {
    private final InetSocketAddress target;
    private final ServerSocket listener;
    private final WireFaults faults = new WireFaults();
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean down;
    private volatile boolean downWithCut;
    private volatile boolean gone;

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
        return faults.cuts();
    }

    /** The next request that holds the text reaches the server, and is carried out; its answer does not come back. */
    public void loseAnswerTo(String text) {
        faults.mark(new Marker(text, true));
    }

    /** The connection breaks just before the next request that holds the text would have been sent on. */
    public void loseRequest(String text) {
        faults.mark(new Marker(text, false));
    }

    /** The connection that carries the so-manieth byte towards the server from now on breaks there. */
    public void cutAfter(long bytes) {
        faults.requests().after(bytes);
    }

    /** The connection that carries the so-manieth byte from the server from now on breaks there. */
    public void cutAnswersAfter(long bytes) {
        faults.answers().after(bytes);
    }

    /** Nothing goes either way until {@link #resume}, and then all of it goes. */
    public void stall() {
        faults.stall();
    }

    public void resume() {
        faults.resume();
    }

    /** Each request, or piece of it that comes in one read, is held back for so long before it is sent on. */
    public void delay(Duration perRequest) {
        faults.delay(perRequest);
    }

    /** Neither way of a connection carries more than so many bytes a second. */
    public void limit(long bytesPerSecond) {
        faults.limit(bytesPerSecond);
    }

    /** Breaks all connections; new ones can be made at once. */
    public void reset() {
        connections.forEach(ProxiedConnection::reset);
    }

    /** Breaks all connections and takes no new ones until {@link #up}. */
    public void down() {
        down = true;
        reset();
    }

    /** As {@link #down}, but only with the next cut: whoever looks what became of it, finds nobody. */
    public void refuseAfterCut() {
        downWithCut = true;
    }

    /** The server is gone without a word: open connections and new ones stay, and nobody ever answers on them. */
    public void vanish() {
        gone = true;
        connections.forEach(ProxiedConnection::vanish);
    }

    /** New connections work from now on. */
    public void up() {
        down = false;
        gone = false;
    }

    /** Nothing that was told before holds any more; connections that vanished stay so. */
    public void calm() {
        downWithCut = false;
        faults.calm();
        up();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        calm();
        down();
    }

    void cut() {
        faults.countCut();
        if (downWithCut) {
            downWithCut = false;
            down();
        }
    }

    void ended(ProxiedConnection connection) {
        connections.remove(connection);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                carry(listener.accept());
            } catch (IOException closed) {
                // by the listener's own end, or by a client that did not wait
            }
        }
    }

    /** Looks twice at what was told: it may be told while the connection is being made. */
    private void carry(Socket client) throws IOException {
        ProxiedConnection connection = new ProxiedConnection(this, faults, client);
        connections.add(connection);
        if (gone) {
            connection.vanish();
        }
        boolean open = !down && connection.open(target);
        if (gone) {
            connection.vanish();
        }
        if (!open || down || listener.isClosed()) {
            connection.reset();
            ended(connection);
        }
    }

    static void start(Runnable work) {
        Thread thread = new Thread(work, "tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
