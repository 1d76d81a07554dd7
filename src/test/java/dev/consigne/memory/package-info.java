@NullMarked
package dev.consigne.memory;

import org.jspecify.annotations.NullMarked;
