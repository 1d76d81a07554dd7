package dev.consigne.http;

import io.vertx.core.Context;
import io.vertx.core.impl.ContextInternal;

/** Runs work on a request's event loop: at once if that is where we are. */
final class OnContext {
    private OnContext() {}

    static void run(Context context, Runnable work) {
        if (((ContextInternal) context).nettyEventLoop().inEventLoop()) {
            work.run();
        } else {
            context.runOnContext(nothing -> work.run());
        }
    }
}
