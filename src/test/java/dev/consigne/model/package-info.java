/** The service held against a model of it: a map. Random histories with faults, and concurrent ones, each checked whole. */
@NullMarked
package dev.consigne.model;

import org.jspecify.annotations.NullMarked;
