/** Measurements at a size no test needs; run by hand. */
@NullMarked
package dev.consigne.benchmark;

import org.jspecify.annotations.NullMarked;
