package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FileMeters.Limit;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends bytes as fast as the client takes them and no faster: the next buffer is asked for when the one before has gone
 * to the socket. What fails before the first byte can still be answered with a problem; after it, the connection is
 * broken, so that nobody takes a part for the whole. So it is for a client that is too slow while only its socket is
 * waited for.
 *
 * <p>All but {@link #onItem} and its siblings runs on the request's event loop.
 */
final class ContentResponse implements MultiSubscriber<ByteBuffer> {
    /** Larger writes are copied to unpooled memory; pieces of this size use Netty's pool. */
    private static final int PIECE_BYTES = 64 * 1024;

    private static final long HTTP2_INTERNAL_ERROR = 2;
    private static final Logger LOG = Logger.getLogger(ContentResponse.class);

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context context;
    private final ClientPace pace;
    private final Runnable writeHead;
    private final UniEmitter<? super Void> done;

    private @Nullable Cancellable alarm;
    private Flow.@Nullable Subscription subscription;
    private @Nullable ByteBuffer rest;
    private boolean asked;
    private boolean writing;
    private boolean started;
    private boolean completed;
    private boolean finished;

    private ContentResponse(
            HttpServerRequest request,
            Context context,
            ClientPace pace,
            Runnable writeHead,
            UniEmitter<? super Void> done) {
        this.request = request;
        this.response = request.response();
        this.context = context;
        this.pace = pace;
        this.writeHead = writeHead;
        this.done = done;
    }

    /**
     * Sends the content.
     *
     * @param context the request's event loop
     * @param pace told what of the client is waited for and what it takes; stopped here
     * @param writeHead sets status and headers, {@code Content-Length} among them; run just before the first byte
     * @param tooLate subscribed to when it begins; what is not sent when it answers, is not sent any more
     * @return completes when the response has ended or its connection is gone; fails only if nothing was sent
     */
    static Uni<Void> send(
            HttpServerRequest request,
            Context context,
            ClientPace pace,
            Runnable writeHead,
            Multi<ByteBuffer> content,
            Uni<Void> tooLate) {
        return Uni.createFrom().<Void>emitter(emitter -> {
            ContentResponse sender = new ContentResponse(request, context, pace, writeHead, emitter);
            request.response().closeHandler(nothing -> sender.clientGone());
            request.response().exceptionHandler(cause -> sender.clientGone());
            pace.onTooSlow(() -> sender.cutOff(Limit.RATE));
            sender.alarm = tooLate.subscribe().with(due -> sender.timeIsOver());
            content.subscribe().withSubscriber(sender);
        });
    }

    @Override
    public void onSubscribe(Flow.Subscription upstream) {
        OnContext.run(context, () -> {
            subscription = upstream;
            if (finished || response.closed()) {
                finished = true;
                upstream.cancel();
                ended();
            } else {
                demand();
            }
        });
    }

    @Override
    public void onItem(ByteBuffer buffer) {
        OnContext.run(context, () -> {
            asked = false;
            if (!finished) {
                start();
                rest = buffer.hasRemaining() ? buffer : null;
                write();
            }
        });
    }

    @Override
    public void onFailure(Throwable failure) {
        OnContext.run(context, () -> {
            if (finished) {
                return;
            }
            finished = true;
            if (started) {
                aborted(Exchange.Abort.FAILED);
                response.reset(HTTP2_INTERNAL_ERROR);
                ended();
            } else {
                stopWatching();
                done.fail(failure);
            }
        });
    }

    @Override
    public void onCompletion() {
        OnContext.run(context, () -> {
            completed = true; // which may come while the last buffer still waits for the socket
            write();
        });
    }

    private void start() {
        if (!started && !finished) {
            started = true;
            Exchange.of(request).ifPresent(Exchange::sendsContent);
            writeHead.run();
        }
    }

    /**
     * Writes while the socket takes it, and keeps nothing of what it has written while it waits: that would keep a whole
     * chunk, whose memory others have by then. A write may drain the queue before it returns, and asking for more may bring
     * it at once: both come back here, find {@link #writing} set, and leave the work to the loop that is running.
     */
    private void write() {
        if (writing) {
            return;
        }
        writing = true;
        while (!finished && (rest != null || completed || !asked)) {
            if (rest == null && completed) {
                end();
            } else if (response.writeQueueFull()) {
                pace.waiting();
                response.drainHandler(nothing -> drained());
                break;
            } else if (rest != null) {
                send(nextPiece(rest));
            } else {
                demand();
            }
        }
        writing = false;
    }

    private void send(ByteBuffer piece) {
        int count = piece.remaining();
        // HTTP/1 copies it to the socket's queue; HTTP/2 would keep it until the client has room for it.
        Buffer bytes = request.version() == HttpVersion.HTTP_2 ? Buffers.copied(piece) : Buffers.toVertx(piece);
        // A write that fails closes the connection, and that is what is listened for.
        response.write(bytes).onSuccess(taken -> pace.moved(count));
    }

    private void drained() {
        pace.satisfied();
        write();
    }

    private ByteBuffer nextPiece(ByteBuffer bytes) {
        int count = Math.min(PIECE_BYTES, bytes.remaining());
        ByteBuffer piece = bytes.slice(bytes.position(), count);
        rest = count == bytes.remaining() ? null : bytes.position(bytes.position() + count);
        return piece;
    }

    private void end() {
        start();
        finished = true;
        Future<Void> sent = response.end();
        if (!sent.isComplete()) {
            pace.waiting(); // for the client to take what is still on its way to the socket
        }
        sent.onFailure(gone -> pace.broken()).onComplete(end -> OnContext.run(context, this::ended));
    }

    private void demand() {
        asked = true;
        if (subscription != null) {
            subscription.request(1);
        }
    }

    private void timeIsOver() {
        OnContext.run(context, () -> {
            if (started) {
                pace.cutOff(Limit.TOTAL);
                cutOff(Limit.TOTAL);
            } else {
                stopReading();
                onFailure(new ServiceException(
                        ErrorCode.STORE_UNAVAILABLE, "The content could not be read in the time a download may take."));
            }
        });
    }

    private void cutOff(Limit limit) {
        LOG.debugf("requestId=%s client takes too long: %s", RequestId.of(response), limit);
        aborted(limit == Limit.TOTAL ? Exchange.Abort.TOO_LONG : Exchange.Abort.TOO_SLOW);
        boolean stuck = finished || response.writeQueueFull();
        stopReading();
        finished = true;
        if (stuck && request.version() != HttpVersion.HTTP_2) {
            resetConnection();
        } else {
            response.reset(HTTP2_INTERNAL_ERROR);
        }
        ended();
    }

    /**
     * At once, as the server itself does with an idle connection: to close the connection, or its channel, would wait until
     * what was written has been taken, and after that the kernel would go on offering what it has.
     */
    private void resetConnection() {
        ChannelHandlerContext server = ((ConnectionBase) request.connection()).channelHandlerContext();
        server.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        var unused = server.close(); // which the server hears of as of any end
    }

    private void stopReading() {
        rest = null;
        if (!finished && subscription != null) {
            subscription.cancel();
        }
    }

    private void aborted(Exchange.Abort reason) {
        Exchange.of(request).ifPresent(exchange -> exchange.aborted(reason));
    }

    private void ended() {
        stopWatching();
        done.complete(null);
    }

    private void stopWatching() {
        pace.stop();
        if (alarm != null) {
            alarm.cancel();
        }
    }

    private void clientGone() {
        OnContext.run(context, () -> {
            if (!finished) {
                pace.broken();
                aborted(Exchange.Abort.CLIENT_GONE);
                stopReading();
                finished = true;
                ended();
            }
        });
    }
}
