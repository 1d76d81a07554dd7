package dev.consigne.http;

import io.smallrye.mutiny.operators.AbstractMulti;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way in, as bytes on demand: while nobody asks, the socket is not read and TCP slows the sender down.
 *
 * <p>Made as soon as the request is there, on its event loop, and subscribed to later, at most once and from any thread;
 * a connection that breaks in between is seen all the same. A broken connection is a failure ({@link
 * ClientGoneException}), never an early end.
 */
final class BodyStream extends AbstractMulti<ByteBuffer> implements Flow.Subscription {
    private final ReadStream<Buffer> stream;
    private final Context context;
    private final ClientPace pace;
    private final Runnable beforeFirstRead;

    private long asked;
    private @Nullable MultiSubscriber<? super ByteBuffer> subscriber;
    private @Nullable Throwable failure;
    private boolean ended;
    private boolean terminated;

    /**
     * @param context the event loop of the stream: all its signals come there
     * @param pace told what is waited for and what comes; to be stopped by whoever made it
     * @param beforeFirstRead run there when the bytes are first asked for
     */
    BodyStream(ReadStream<Buffer> stream, Context context, ClientPace pace, Runnable beforeFirstRead) {
        this.stream = stream;
        this.context = context;
        this.pace = pace;
        this.beforeFirstRead = beforeFirstRead;
        stream.pause();
        stream.handler(this::arrived);
        stream.exceptionHandler(cause -> {
            pace.broken();
            failed(new ClientGoneException(cause));
        });
        stream.endHandler(nothing -> ended());
    }

    @Override
    public void subscribe(MultiSubscriber<? super ByteBuffer> downstream) {
        onContext(() -> {
            subscriber = downstream;
            beforeFirstRead.run();
            downstream.onSubscribe(this);
            signalEnd();
        });
    }

    @Override
    public void request(long buffers) {
        onContext(() -> {
            if (!terminated) {
                asked = asked + buffers < 0 ? Long.MAX_VALUE : asked + buffers;
                pace.waiting();
                stream.fetch(buffers);
            }
        });
    }

    @Override
    public void cancel() {
        onContext(() -> terminated = true);
    }

    /** Ends the body with a failure found elsewhere. On the event loop only. */
    void failed(Throwable cause) {
        if (failure == null) {
            failure = cause;
            signalEnd();
        }
    }

    private void arrived(Buffer buffer) {
        if (!terminated && subscriber != null) {
            pace.moved(buffer.length());
            if (--asked == 0) {
                pace.satisfied();
            }
            subscriber.onItem(Buffers.toJdk(buffer));
        }
    }

    private void ended() {
        ended = true;
        signalEnd();
    }

    private void signalEnd() {
        if (terminated || subscriber == null) {
            return;
        }
        if (failure != null) {
            terminated = true;
            subscriber.onFailure(failure);
        } else if (ended) {
            terminated = true;
            subscriber.onCompletion();
        }
    }

    private void onContext(Runnable work) {
        OnContext.run(context, work);
    }
}
