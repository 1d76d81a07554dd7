/** How fast the service is, beside what its stores and the driver can do in the same run. */
@NullMarked
package dev.consigne.bench.throughput;

import org.jspecify.annotations.NullMarked;
