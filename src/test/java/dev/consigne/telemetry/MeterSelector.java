package dev.consigne.telemetry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a PromQL expression asks for: a meter, and the values of labels it names.
 *
 * @param labels the values it asks for literally, of each label; a pattern, or what it leaves out, is no value
 */
record MeterSelector(String meter, Map<String, List<String>> labels) {
    private static final Pattern GROUPING =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern NAME = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*(\\{[^{}]*})?(\\s*\\()?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Pattern LITERAL = Pattern.compile("[\\w-]+(\\.\\d+)?");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

    static List<MeterSelector> in(String expression) {
        String bare = RANGE.matcher(GROUPING.matcher(expression).replaceAll("")).replaceAll("");
        return NAME.matcher(bare)
                .results()
                .filter(name -> name.group(3) == null && !WORDS.contains(name.group(1)))
                .map(name -> new MeterSelector(name.group(1), labels(name)))
                .toList();
    }

    private static Map<String, List<String>> labels(MatchResult name) {
        Map<String, List<String>> labels = new LinkedHashMap<>();
        if (name.group(2) != null) {
            MATCHER.matcher(name.group(2))
                    .results()
                    .filter(matcher -> matcher.group(2).startsWith("=")
                            && !matcher.group(1).equals("namespace"))
                    .forEach(matcher -> labels.put(
                            matcher.group(1),
                            Stream.of(matcher.group(3).split("\\|"))
                                    .filter(value -> LITERAL.matcher(value).matches())
                                    .toList()));
        }
        return labels;
    }

    /** What of it is not among these lines, as they are exposed to Prometheus. */
    Stream<String> missingIn(List<String> exposed) {
        List<String> series = exposed.stream()
                .filter(line -> line.startsWith(meter + " ") || line.startsWith(meter + "{"))
                .toList();
        if (series.isEmpty()) {
            return Stream.of(meter);
        }
        return labels.entrySet().stream()
                .flatMap(label -> label.getValue().stream().map(value -> label.getKey() + "=\"" + value + "\""))
                .filter(label -> series.stream().noneMatch(line -> line.contains(label)))
                .map(label -> meter + "{" + label + "}");
    }
}
