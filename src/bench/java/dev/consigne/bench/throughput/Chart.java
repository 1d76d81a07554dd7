package dev.consigne.bench.throughput;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Bars of medians with a line from the least to the most, as SVG. */
final class Chart {
    private static final int LABEL = 300;
    private static final int WIDTH = 520;
    private static final int BAR = 18;
    private static final int ROW = 26;
    private static final int TOP = 40;

    private final String title;
    private final List<String> names = new ArrayList<>();
    private final List<double[]> values = new ArrayList<>();

    Chart(String title) {
        this.title = title;
    }

    /** @param spread median, least and most */
    void bar(String name, double[] spread) {
        names.add(name);
        values.add(spread);
    }

    void write(Path file) throws IOException {
        double most = values.stream().mapToDouble(spread -> spread[2]).max().orElse(1);
        StringBuilder svg = new StringBuilder();
        line(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">",
                LABEL + WIDTH + 80,
                TOP + ROW * names.size() + 10);
        line(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
        line(svg, "<text x=\"10\" y=\"22\" font-size=\"15\">%s</text>", escaped(title));
        for (int i = 0; i < names.size(); i++) {
            bar(svg, i, most);
        }
        line(svg, "</svg>");
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, svg);
    }

    private void bar(StringBuilder svg, int i, double most) {
        double[] spread = values.get(i);
        int y = TOP + i * ROW;
        double scale = WIDTH / most;
        line(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LABEL - 8, y + 13, escaped(names.get(i)));
        line(
                svg,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#4878a8\"/>",
                LABEL,
                y,
                spread[0] * scale,
                BAR);
        line(
                svg,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#202020\"/>",
                LABEL + spread[1] * scale,
                LABEL + spread[2] * scale,
                y + BAR / 2,
                y + BAR / 2);
        line(svg, "<text x=\"%.1f\" y=\"%d\">%.0f</text>", LABEL + spread[2] * scale + 6, y + 13, spread[0]);
    }

    private static void line(StringBuilder svg, String form, Object... values) {
        svg.append(String.format(Locale.ROOT, form, values)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
