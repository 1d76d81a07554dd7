/** Changes to many files at once, carried out in the background: what is asked for, how far it is, what went wrong. */
@NullMarked
package dev.consigne.bulk;

import org.jspecify.annotations.NullMarked;
