/** What the features count, as Micrometer meters. Names begin with {@code consigne.}; no label holds a user's text. */
@NullMarked
package dev.consigne.telemetry;

import org.jspecify.annotations.NullMarked;
