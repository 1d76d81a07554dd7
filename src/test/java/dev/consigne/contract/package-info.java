/** What every implementation of a port must do, whatever store is behind it. */
@NullMarked
package dev.consigne.contract;

import org.jspecify.annotations.NullMarked;
