/** The HTTP API: one resource a family of URLs, and the rules of HTTP as pure functions beside them. */
@NullMarked
package dev.consigne.http;

import org.jspecify.annotations.NullMarked;
