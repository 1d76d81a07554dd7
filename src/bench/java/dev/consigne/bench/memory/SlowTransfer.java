package dev.consigne.bench.memory;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** One transfer whose client is slow: it may move a packet at each of its turns. Its acts are for one thread. */
abstract class SlowTransfer {
    /** Bytes moved at a turn if the other side keeps up. */
    static final int PACKET = 8 * 1024;

    /** Turns whose packets could not be moved and are made up for later. */
    private static final int MOST_OWED = 8;

    private final SocketChannel channel;
    private final String direction;
    private int credit;
    private long movedAt = System.nanoTime();
    private long due;
    private volatile long moved; // these are read by others
    private volatile long longestSilence;
    private volatile Optional<String> failure = Optional.empty();

    SlowTransfer(SocketChannel channel, String direction) {
        this.channel = channel;
        this.direction = direction;
    }

    /** Sends the head of the request. */
    abstract void begin() throws IOException;

    /** Moves as much as the credit and the socket allow. */
    abstract void move() throws IOException;

    /** Reads what the service says while the client sends. */
    abstract void answered() throws IOException;

    SocketChannel channel() {
        return channel;
    }

    /** Moves another packet, and what could not be moved before. */
    final void turn() throws IOException {
        credit = Math.min(credit + PACKET, MOST_OWED * PACKET);
        move();
        longestSilence = Math.max(longestSilence, System.nanoTime() - movedAt);
    }

    final int credit() {
        return credit;
    }

    final void moved(int bytes) {
        credit -= bytes;
        moved = moved + bytes;
        if (bytes > 0) {
            movedAt = System.nanoTime();
        }
    }

    /** Bytes of content so far. */
    final long moved() {
        return moved;
    }

    /** When its next turn is, as {@link System#nanoTime} has it. */
    final long due() {
        return due;
    }

    final void due(long nanos) {
        due = nanos;
    }

    /** The longest time without a byte, in nanoseconds. */
    final long longestSilence() {
        return longestSilence;
    }

    /** Gives the transfer up; the first reason counts, and none after the end. */
    final void fail(String reason) throws IOException {
        if (channel.isOpen()) {
            failure = Optional.of(direction + ": " + reason);
            channel.close();
        }
    }

    /** Why it failed, with its direction. */
    final Optional<String> failure() {
        return failure;
    }
}
