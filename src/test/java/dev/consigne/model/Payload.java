package dev.consigne.model;

import dev.consigne.testing.Bytes;

/** Bytes somebody stores: the same for the same seed and length, so that they need not be kept. */
record Payload(int seed, int length) {
    byte[] bytes() {
        return Bytes.seeded(seed, length);
    }

    Version asGeneration(long generation) {
        return new Version(Bytes.sha256(bytes()), length, generation);
    }
}
