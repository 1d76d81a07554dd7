/** Faults between the steps, on the wire and in the stores: nothing is lost, nothing half is shown, nothing is left. */
@NullMarked
package dev.consigne.fault;

import org.jspecify.annotations.NullMarked;
