@NullMarked
package dev.consigne.embedded;

import org.jspecify.annotations.NullMarked;
