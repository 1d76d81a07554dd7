/** What tests of several packages share: bytes from a seed, a store to break, a clock to advance, a wire to cut. */
@NullMarked
package dev.consigne.testing;

import org.jspecify.annotations.NullMarked;
