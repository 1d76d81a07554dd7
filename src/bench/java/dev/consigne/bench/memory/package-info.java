/** What the service holds in memory while it transfers, and whether many slow clients slow a fast one down. */
@NullMarked
package dev.consigne.bench.memory;

import org.jspecify.annotations.NullMarked;
