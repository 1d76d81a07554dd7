/** The engine without sockets and stores: what a chunker and a reader cost for each MiB. */
@NullMarked
package dev.consigne.bench.jmh;

import org.jspecify.annotations.NullMarked;
