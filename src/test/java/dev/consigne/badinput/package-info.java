/**
 * Whatever is sent, the answer is one that was chosen, and nothing stays of it. The tags {@code I1} to {@code I100} are
 * the lines of the table in {@code docs/http.md}, "Refused input".
 */
@NullMarked
package dev.consigne.badinput;

import org.jspecify.annotations.NullMarked;
