/** Background work: what keeps both stores free of what nobody may read any more. */
@NullMarked
package dev.consigne.job;

import org.jspecify.annotations.NullMarked;
