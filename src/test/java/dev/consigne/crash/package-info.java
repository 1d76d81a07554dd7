/** Processes that end in the middle of the protocol, and what is left of their work. */
@NullMarked
package dev.consigne.crash;

import org.jspecify.annotations.NullMarked;
