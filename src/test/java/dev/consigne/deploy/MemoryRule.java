package dev.consigne.deploy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A container gets the memory it asks for and no more, and what the JVM may take of it leaves a fifth for code, stacks and
 * the kernel's buffers.
 *
 * @param image what its JVM is told if nobody says otherwise
 */
record MemoryRule(Dockerfile.Stage image) {
    private static final int PERCENT = 80;
    private static final Map<String, Integer> SHIFT = Map.of("", 0, "k", 10, "m", 20, "g", 30);

    /** What is wrong, empty if nothing is. */
    List<String> violations(Container container, Map<String, String> environment) {
        List<String> wrong = new ArrayList<>();
        OptionalLong limit = memory(container.getResources().getLimits());
        OptionalLong request = memory(container.getResources().getRequests());
        if (limit.isEmpty()) {
            wrong.add("no limit of memory");
        }
        if (request.isEmpty()) {
            wrong.add("no request of memory");
        }
        if (limit.isPresent() && request.isPresent() && limit.getAsLong() != request.getAsLong()) {
            wrong.add("the request of memory is not its limit");
        }
        OptionalLong heap = option("-Xmx", environment);
        OptionalLong direct = option("-XX:MaxDirectMemorySize=", environment);
        if (heap.isEmpty() || direct.isEmpty()) {
            wrong.add("heap or direct memory have no bound");
        } else if (limit.isPresent() && (heap.getAsLong() + direct.getAsLong()) * 100 > limit.getAsLong() * PERCENT) {
            wrong.add("heap and direct memory leave less than a fifth of the memory");
        }
        return wrong;
    }

    /** JDK_JAVA_OPTIONS come after JAVA_TOOL_OPTIONS, and the last one counts; a container's replace the image's. */
    private OptionalLong option(String flag, Map<String, String> environment) {
        return Stream.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")
                .map(name -> Optional.ofNullable(environment.get(name))
                        .orElse(image.environment().getOrDefault(name, "")))
                .flatMap(options -> Pattern.compile("(?<!\\S)" + Pattern.quote(flag) + "(\\d+)([kmgKMG]?)(?!\\S)")
                        .matcher(options)
                        .results())
                .mapToLong(MemoryRule::bytes)
                .reduce((first, last) -> last);
    }

    private static long bytes(MatchResult size) {
        return Long.parseLong(size.group(1)) << SHIFT.get(size.group(2).toLowerCase(Locale.ROOT));
    }

    private static OptionalLong memory(Map<String, Quantity> resources) {
        Quantity memory = Objects.requireNonNullElse(resources, Map.<String, Quantity>of())
                .get("memory");
        return memory == null
                ? OptionalLong.empty()
                : OptionalLong.of(Quantity.getAmountInBytes(memory).longValueExact());
    }
}
