package dev.consigne.bench.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * Of several transfers of one size, in MiB/s.
 *
 * @param refused what was answered to those that were not taken, which the others do not count
 */
record Speed(double median, double least, double most, List<String> refused) {
    private static final int ENOUGH_REFUSED = 3;

    /** @param transfer gives the seconds it took */
    static Speed of(int times, long bytes, Callable<Double> transfer) throws Exception {
        List<Double> speeds = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < times && refused.size() < ENOUGH_REFUSED; i++) {
            try {
                speeds.add(bytes / transfer.call() / (1 << 20));
            } catch (TransferClient.RefusedException refusal) {
                refused.add(refusal.getMessage());
            }
        }
        speeds.sort(null);
        int count = speeds.size();
        return count == 0
                ? new Speed(0, 0, 0, refused)
                : new Speed(speeds.get(count / 2), speeds.get(0), speeds.get(count - 1), refused);
    }

    @Override
    public String toString() {
        String speeds = String.format(Locale.ROOT, "%.1f (%.1f–%.1f)", median, least, most);
        return refused.isEmpty() ? speeds : speeds + ", " + refused.size() + " refused";
    }
}
