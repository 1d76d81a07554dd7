package dev.consigne.admin;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.job.JobOrder;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The parameters of a request: each once, and none that the path does not know, since a misspelt one would do harm. */
final class AdminQuery {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    private final Map<String, List<String>> parameters;

    private AdminQuery(Map<String, List<String>> parameters) {
        this.parameters = parameters;
    }

    static AdminQuery of(HttpServerRequest request, Set<String> known) {
        Map<String, List<String>> parameters = decode(request.uri());
        parameters.forEach((name, values) -> {
            if (!known.contains(name)) {
                throw invalid(
                        name,
                        known.isEmpty() ? "This path takes no parameters." : "This path takes only " + known + ".");
            }
            if (values.size() > 1) {
                throw invalid(name, name + " is there more than once.");
            }
        });
        return new AdminQuery(parameters);
    }

    /** Fails unless the query can be decoded. */
    static void requireReadable(HttpServerRequest request) {
        decode(request.uri());
    }

    private static Map<String, List<String>> decode(String uri) {
        try {
            return new QueryStringDecoder(uri).parameters();
        } catch (IllegalArgumentException e) {
            throw new ServiceException(
                    ErrorCode.INVALID_ENCODING, "The query is not percent-encoded as it should be.", e);
        }
    }

    /** A report, and not deep, unless {@code mode} and {@code deep} say otherwise. */
    JobOrder order() {
        JobOrder.Mode mode = switch (value("mode").orElse("report")) {
            case "report" -> JobOrder.Mode.REPORT;
            case "repair" -> JobOrder.Mode.REPAIR;
            default -> throw invalid("mode", "mode must be report or repair.");
        };
        boolean deep = switch (value("deep").orElse("false")) {
            case "false" -> false;
            case "true" -> true;
            default -> throw invalid("deep", "deep must be true or false.");
        };
        return new JobOrder(mode, deep);
    }

    /** The number, from {@code least} to {@code most}. */
    long number(String name, long otherwise, long least, long most) {
        Optional<String> text = value(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        long number = NUMBER.matcher(text.get()).matches() ? Long.parseLong(text.get()) : -1;
        if (number < least || number > most) {
            throw invalid(name, name + " must be a number from " + least + " to " + most + ".");
        }
        return number;
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(parameters.get(name)).map(values -> values.get(0));
    }

    private static ServiceException invalid(String parameter, String detail) {
        return new ServiceException(ErrorCode.INVALID_PARAMETER, detail).with("parameter", parameter);
    }
}
