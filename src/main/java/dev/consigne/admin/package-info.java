/** What operators may do while the service runs: on the management interface, with a token, and nowhere else. */
@NullMarked
package dev.consigne.admin;

import org.jspecify.annotations.NullMarked;
