/** How much memory all transfers of the process may hold together, and who gets it. */
@NullMarked
package dev.consigne.memory;

import org.jspecify.annotations.NullMarked;
