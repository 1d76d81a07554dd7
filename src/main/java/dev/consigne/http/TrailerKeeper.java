package dev.consigne.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the trailers of the chunked bodies of one HTTP/1.1 connection, which the server below reads and then drops. It
 * stands between the decoder and the server, so a request's trailers are here before the server says that its body has
 * ended. Size and form of trailers are the decoder's care: they have the limits of headers.
 */
final class TrailerKeeper extends ChannelInboundHandlerAdapter {
    private static final String NAME = "trailers";
    private static final String SERVER = "handler";

    /**
     * By the headers of the request, the one object both sides share: its place in a pipeline of requests would be a
     * guess. They have no equality but identity, and live as long as the server knows the request.
     */
    private final Map<Object, Trailers> kept = Collections.synchronizedMap(new WeakHashMap<>());

    private @Nullable Trailers current;

    /** The trailers of one request; none until its body has ended. To be read from any thread. */
    static final class Trailers {
        private volatile HttpHeaders fields = EmptyHttpHeaders.INSTANCE;

        /** The lines of the field, in order. */
        List<String> all(String field) {
            return fields.getAll(field);
        }
    }

    private TrailerKeeper() {}

    /**
     * Begins with the connection's first request, when that has arrived and nothing behind it has been decoded. On the
     * event loop only.
     */
    static void watch(HttpServerRequest request) {
        if (request.connection() instanceof ConnectionBase connection) {
            ChannelPipeline pipeline = connection.channel().pipeline();
            if (pipeline.get(NAME) == null && pipeline.get(SERVER) != null && isHttp1(request)) {
                TrailerKeeper keeper = new TrailerKeeper();
                keeper.begin(request.headers(), request.headers().contains("Transfer-Encoding", "chunked", true));
                pipeline.addBefore(SERVER, NAME, keeper);
            }
        }
    }

    /** Empty if the body has no place for trailers, or they cannot be seen. From any thread. */
    static Optional<Trailers> of(HttpServerRequest request) {
        if (request.connection() instanceof ConnectionBase connection
                && connection.channel().pipeline().get(NAME) instanceof TrailerKeeper keeper) {
            return Optional.ofNullable(keeper.kept.get(request.headers()));
        }
        return Optional.empty();
    }

    private static boolean isHttp1(HttpServerRequest request) {
        return switch (request.version()) {
            case HTTP_1_0, HTTP_1_1 -> true;
            case HTTP_2 -> false;
        };
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof HttpRequest request) {
            begin(request.headers(), HttpUtil.isTransferEncodingChunked(request));
        }
        if (message instanceof LastHttpContent last && current != null) {
            if (last.decoderResult().isSuccess()) {
                current.fields = last.trailingHeaders();
            }
            current = null;
        }
        super.channelRead(context, message);
    }

    private void begin(Object headers, boolean chunked) {
        current = chunked ? new Trailers() : null;
        if (current != null) {
            kept.put(headers, current);
        }
    }
}
