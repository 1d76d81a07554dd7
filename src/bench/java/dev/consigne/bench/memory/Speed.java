package dev.consigne.bench.memory;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Of several transfers of one size, in MiB/s. */
record Speed(double median, double least, double most) {

    /** @param transfer gives the seconds it took */
    static Speed of(int times, long bytes, Callable<Double> transfer) throws Exception {
        double[] speeds = new double[times];
        for (int i = 0; i < times; i++) {
            speeds[i] = bytes / transfer.call() / (1 << 20);
        }
        Arrays.sort(speeds);
        return new Speed(speeds[times / 2], speeds[0], speeds[times - 1]);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.1f (%.1f–%.1f)", median, least, most);
    }
}
