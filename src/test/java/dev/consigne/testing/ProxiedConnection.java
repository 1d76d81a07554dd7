package dev.consigne.testing;

import dev.consigne.testing.WireFaults.CutPoint;
import dev.consigne.testing.WireFaults.Marker;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** One connection through a {@link TcpProxy}, carried byte by byte by a thread each way. */
final class ProxiedConnection {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final TcpProxy proxy;
    private final WireFaults faults;
    private final Socket client;
    private final Socket server = new Socket();
    private volatile boolean unanswered;
    private volatile boolean vanished;

    ProxiedConnection(TcpProxy proxy, WireFaults faults, Socket client) {
        this.proxy = proxy;
        this.faults = faults;
        this.client = client;
    }

    /** Carries until one of the two sides has gone; false if the server takes no connection. */
    boolean open(SocketAddress target) {
        try {
            server.connect(target);
        } catch (IOException refused) {
            return false;
        }
        start(this::carryRequests);
        start(this::carryAnswers);
        return true;
    }

    /** From now on bytes of both sides go nowhere, and neither of them is told. */
    void vanish() {
        vanished = true;
    }

    /** Resets both sides. */
    void reset() {
        reset(client);
        reset(server);
    }

    private void carryRequests() throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = client.getInputStream().read(buffer);
                read >= 0;
                read = client.getInputStream().read(buffer)) {
            faults.holdRequest(read);
            if (vanished) {
                continue;
            }
            @Nullable Marker hit = faults.hit(buffer, read);
            if (hit != null) {
                if (!hit.letThrough()) {
                    proxy.cut();
                    return;
                }
                unanswered = true;
            }
            if (!pass(buffer, read, faults.requests(), server)) {
                return;
            }
        }
    }

    private void carryAnswers() throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = server.getInputStream().read(buffer);
                read >= 0;
                read = server.getInputStream().read(buffer)) {
            faults.hold(read);
            if (vanished) {
                continue;
            }
            if (unanswered) {
                proxy.cut();
                return; // the server has answered, so it has done it
            }
            if (!pass(buffer, read, faults.answers(), client)) {
                return;
            }
        }
    }

    private boolean pass(byte[] buffer, int read, CutPoint cutPoint, Socket to) throws IOException {
        int room = cutPoint.roomFor(read);
        to.getOutputStream().write(buffer, 0, room);
        if (room < read) {
            proxy.cut();
            return false;
        }
        return true;
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

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void start(Work work) {
        TcpProxy.start(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException ended) {
                // one of the two sides has gone
            } finally {
                reset();
                proxy.ended(this);
            }
        });
    }
}
