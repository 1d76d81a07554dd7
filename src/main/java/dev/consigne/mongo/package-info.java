/** The chunk store on MongoDB. Every driver type and exception ends here. */
@NullMarked
package dev.consigne.mongo;

import org.jspecify.annotations.NullMarked;
