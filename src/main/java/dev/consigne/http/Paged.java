package dev.consigne.http;

import org.jspecify.annotations.Nullable;

/** A page of a listing, as JSON. */
interface Paged {
    /** What the next page is asked for with; null on the last one. */
    @Nullable
    String nextCursor();
}
