package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Sends bytes as fast as the client takes them and no faster: the next buffer is asked for when the one before has gone
 * to the socket. What fails before the first byte can still be answered with a problem; after it, the connection is
 * broken, so that nobody takes a part for the whole.
 *
 * <p>All but {@link #onItem} and its siblings runs on the request's event loop.
 */
final class ContentResponse implements MultiSubscriber<ByteBuffer> {
    /** Larger writes are copied to unpooled memory; pieces of this size use Netty's pool. */
    private static final int PIECE_BYTES = 64 * 1024;

    private static final long HTTP2_INTERNAL_ERROR = 2;

    private final HttpServerResponse response;
    private final Context context;
    private final Runnable writeHead;
    private final UniEmitter<? super Void> done;

    private @Nullable Cancellable alarm;
    private Flow.@Nullable Subscription subscription;
    private @Nullable ByteBuffer rest;
    private boolean writing;
    private boolean started;
    private boolean completed;
    private boolean finished;

    private ContentResponse(
            HttpServerResponse response, Context context, Runnable writeHead, UniEmitter<? super Void> done) {
        this.response = response;
        this.context = context;
        this.writeHead = writeHead;
        this.done = done;
    }

    /**
     * Sends the content.
     *
     * @param context the request's event loop
     * @param writeHead sets status and headers, {@code Content-Length} among them; run just before the first byte
     * @param tooLate subscribed to when it begins; what is not sent when it answers, is not sent any more
     * @return completes when the response has ended or its connection is gone; fails only if nothing was sent
     */
    static Uni<Void> send(
            HttpServerResponse response,
            Context context,
            Runnable writeHead,
            Multi<ByteBuffer> content,
            Uni<Void> tooLate) {
        return Uni.createFrom().<Void>emitter(emitter -> {
            ContentResponse sender = new ContentResponse(response, context, writeHead, emitter);
            response.closeHandler(nothing -> sender.clientGone());
            response.exceptionHandler(cause -> sender.clientGone());
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
                upstream.request(1);
            }
        });
    }

    @Override
    public void onItem(ByteBuffer buffer) {
        OnContext.run(context, () -> {
            start();
            rest = buffer;
            write();
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
                response.reset(HTTP2_INTERNAL_ERROR);
                ended();
            } else {
                stopAlarm();
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
            writeHead.run();
        }
    }

    /**
     * Writes while the socket takes it. A write may drain the queue before it returns, and asking for more may bring it
     * at once: both come back here, find {@link #writing} set, and leave the work to the loop that is running.
     */
    private void write() {
        if (writing) {
            return;
        }
        writing = true;
        while (!finished && (rest != null || completed)) {
            if (rest == null) {
                end();
            } else if (response.writeQueueFull()) {
                response.drainHandler(nothing -> write());
                break;
            } else if (!rest.hasRemaining()) {
                rest = null;
                demand();
            } else {
                // A write that fails closes the connection, and that is what is listened for.
                var unused = response.write(Buffers.toVertx(nextPiece(rest)));
            }
        }
        writing = false;
    }

    private static ByteBuffer nextPiece(ByteBuffer bytes) {
        int count = Math.min(PIECE_BYTES, bytes.remaining());
        ByteBuffer piece = bytes.slice(bytes.position(), count);
        bytes.position(bytes.position() + count);
        return piece;
    }

    private void end() {
        start();
        finished = true;
        response.end().onComplete(sent -> OnContext.run(context, this::ended));
    }

    private void demand() {
        if (subscription != null && !completed) {
            subscription.request(1);
        }
    }

    private void timeIsOver() {
        OnContext.run(context, () -> {
            if (!finished && subscription != null) {
                subscription.cancel();
            }
            rest = null;
            onFailure(new ServiceException(
                    ErrorCode.STORE_UNAVAILABLE, "The content could not be read in the time a download may take."));
        });
    }

    private void ended() {
        stopAlarm();
        done.complete(null);
    }

    private void stopAlarm() {
        if (alarm != null) {
            alarm.cancel();
        }
    }

    private void clientGone() {
        OnContext.run(context, () -> {
            if (!finished) {
                finished = true;
                rest = null;
                if (subscription != null) {
                    subscription.cancel();
                }
                ended();
            }
        });
    }
}
