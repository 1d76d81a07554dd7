package dev.consigne.model;

import dev.consigne.testing.TcpProxy;

/** What the wire loses when it breaks: the request, which is then not carried out, or the answer to one that was. */
enum Loss {
    REQUEST {
        @Override
        void next(String text, TcpProxy wire) {
            wire.loseRequest(text);
        }
    },
    ANSWER {
        @Override
        void next(String text, TcpProxy wire) {
            wire.loseAnswerTo(text);
        }
    };

    /** The next request that holds the text, or the answer to it. */
    abstract void next(String text, TcpProxy wire);
}
