/** What the service costs and how fast it is; run by hand, with {@code ./mvnw verify -Pbench}. */
@NullMarked
package dev.consigne.bench;

import org.jspecify.annotations.NullMarked;
