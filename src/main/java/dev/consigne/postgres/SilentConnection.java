package dev.consigne.postgres;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;

/**
 * Hangs up on a server that has been silent for too long. The driver, left to itself, takes leave and waits for the server
 * to hang up, which one that is gone, or that waits for its standby, never does: its place in the pool would stay taken.
 */
@ChannelHandler.Sharable
final class SilentConnection extends ChannelInboundHandlerAdapter {
    private static final SilentConnection HANDLER = new SilentConnection();

    private SilentConnection() {}

    /** For each new connection once. There is no public way to its socket. */
    static void hangUp(SqlConnection connection) {
        if (((SqlConnectionInternal) connection).unwrap().unwrap() instanceof SocketConnectionBase socket) {
            socket.socket().channelHandlerContext().pipeline().addAfter("idle", "silent", HANDLER);
        }
    }

    /** Closing from here passes by the driver's codec, which is behind and would take leave first. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a close that fails leaves nothing to be done
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof IdleStateEvent) {
            context.close();
        } else {
            super.userEventTriggered(context, event);
        }
    }
}
