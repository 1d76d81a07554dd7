/** The catalogue of everything that can go wrong for a caller: codes, statuses, one exception. Depends on nothing. */
@NullMarked
package dev.consigne.error;

import org.jspecify.annotations.NullMarked;
