package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which files a listing shows: those that meet every term. {@link #toString()} writes it as it can be read again.
 *
 * @param terms 1 to {@value #MAX_TERMS}
 */
public record Filter(List<FilterTerm> terms) {
    public static final int MAX_TERMS = 10;
    public static final int MAX_BYTES = 2048;

    public Filter {
        terms = List.copyOf(terms);
    }

    /**
     * Reads a filter; docs/search.md has the grammar.
     *
     * @throws ServiceException {@link ErrorCode#INVALID_FILTER}, with the position and what was expected there
     */
    public static Filter parse(String text) {
        return new FilterReader(text).read();
    }

    @Override
    public String toString() {
        return terms.stream().map(FilterTerm::toString).collect(Collectors.joining(" and "));
    }
}
