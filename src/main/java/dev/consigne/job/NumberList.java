package dev.consigne.job;

import java.util.ArrayList;
import java.util.List;

/** Ascending numbers, kept as ranges and only so many of them: what is told of a content with a million bad chunks. */
final class NumberList {
    private static final int MAX_RANGES = 20;

    private final List<int[]> ranges = new ArrayList<>();
    private long count;

    void add(int number) {
        count++;
        if (!ranges.isEmpty() && ranges.get(ranges.size() - 1)[1] == number - 1) {
            ranges.get(ranges.size() - 1)[1] = number;
        } else if (ranges.size() < MAX_RANGES) {
            ranges.add(new int[] {number, number});
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** For example {@code 3 (0, 7-8)}; only the first ranges are listed. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>(ranges.stream()
                .map(range -> range[0] == range[1] ? "" + range[0] : range[0] + "-" + range[1])
                .toList());
        long listed =
                ranges.stream().mapToLong(range -> range[1] - range[0] + 1L).sum();
        if (listed < count) {
            parts.add("and " + (count - listed) + " more");
        }
        return count + " (" + String.join(", ", parts) + ")";
    }
}
