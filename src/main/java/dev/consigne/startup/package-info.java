/** What must hold before the service serves, and what it is made of: settings, schema, the right pair of stores. */
@NullMarked
package dev.consigne.startup;

import org.jspecify.annotations.NullMarked;
