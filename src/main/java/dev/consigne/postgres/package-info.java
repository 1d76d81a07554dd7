/** The catalog on PostgreSQL, through the reactive client alone. Every driver type and exception ends here. */
@NullMarked
package dev.consigne.postgres;

import org.jspecify.annotations.NullMarked;
