package dev.consigne.http;

import static dev.consigne.error.ErrorCode.BUCKET_NOT_FOUND;
import static dev.consigne.error.ErrorCode.COMMIT_UNKNOWN;
import static dev.consigne.error.ErrorCode.CONTENT_DAMAGED;
import static dev.consigne.error.ErrorCode.CONTENT_TOO_LARGE;
import static dev.consigne.error.ErrorCode.DIGEST_INVALID_VALUES;
import static dev.consigne.error.ErrorCode.DIGEST_MISMATCHED_VALUES;
import static dev.consigne.error.ErrorCode.DIGEST_UNSUPPORTED_ALGORITHMS;
import static dev.consigne.error.ErrorCode.EXPECTATION_FAILED;
import static dev.consigne.error.ErrorCode.FILE_NOT_FOUND;
import static dev.consigne.error.ErrorCode.IDEMPOTENCY_KEY_REUSED;
import static dev.consigne.error.ErrorCode.INTERNAL;
import static dev.consigne.error.ErrorCode.INVALID_BODY;
import static dev.consigne.error.ErrorCode.INVALID_BUCKET_NAME;
import static dev.consigne.error.ErrorCode.INVALID_CONDITION;
import static dev.consigne.error.ErrorCode.INVALID_CONTENT_TYPE;
import static dev.consigne.error.ErrorCode.INVALID_CURSOR;
import static dev.consigne.error.ErrorCode.INVALID_ENCODING;
import static dev.consigne.error.ErrorCode.INVALID_HEADER;
import static dev.consigne.error.ErrorCode.INVALID_IDEMPOTENCY_KEY;
import static dev.consigne.error.ErrorCode.INVALID_METADATA;
import static dev.consigne.error.ErrorCode.INVALID_NAME;
import static dev.consigne.error.ErrorCode.INVALID_PARAMETER;
import static dev.consigne.error.ErrorCode.INVALID_PATH;
import static dev.consigne.error.ErrorCode.INVALID_TAGS;
import static dev.consigne.error.ErrorCode.LENGTH_MISMATCH;
import static dev.consigne.error.ErrorCode.MALFORMED_MULTIPART;
import static dev.consigne.error.ErrorCode.METADATA_TOO_DEEP;
import static dev.consigne.error.ErrorCode.METADATA_TOO_LARGE;
import static dev.consigne.error.ErrorCode.METHOD_NOT_ALLOWED;
import static dev.consigne.error.ErrorCode.NAME_TAKEN;
import static dev.consigne.error.ErrorCode.NAME_TOO_LONG;
import static dev.consigne.error.ErrorCode.NOT_ACCEPTABLE;
import static dev.consigne.error.ErrorCode.NOT_FOUND;
import static dev.consigne.error.ErrorCode.NOT_SUPPORTED;
import static dev.consigne.error.ErrorCode.OVERLOADED;
import static dev.consigne.error.ErrorCode.PRECONDITION_FAILED;
import static dev.consigne.error.ErrorCode.PRECONDITION_REQUIRED;
import static dev.consigne.error.ErrorCode.QUOTA_EXCEEDED;
import static dev.consigne.error.ErrorCode.RANGE_NOT_SATISFIABLE;
import static dev.consigne.error.ErrorCode.REQUEST_IN_PROGRESS;
import static dev.consigne.error.ErrorCode.STOPPING;
import static dev.consigne.error.ErrorCode.STORE_FULL;
import static dev.consigne.error.ErrorCode.STORE_UNAVAILABLE;
import static dev.consigne.error.ErrorCode.TASK_NOT_FOUND;
import static dev.consigne.error.ErrorCode.TOO_MANY_RANGES;
import static dev.consigne.error.ErrorCode.TOO_MANY_TRANSFERS;
import static dev.consigne.error.ErrorCode.UNKNOWN_FIELD;
import static dev.consigne.error.ErrorCode.UNSUPPORTED_MEDIA_TYPE;
import static dev.consigne.error.ErrorCode.UPLOAD_LOST;
import static dev.consigne.error.ErrorCode.UPLOAD_TOO_SLOW;
import static dev.consigne.error.ErrorCode.VERSION_NOT_FOUND;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ProblemBody;
import dev.consigne.error.ServiceException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.examples.Example;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/**
 * Writes every operation's errors into the OpenAPI document: those that follow from what the operation is, and those its
 * own annotations name in backticks. Each is a problem and has an example under its code.
 */
final class ProblemResponses {
    private static final Pattern CODE = Pattern.compile("`([a-z0-9-]+)`");
    private static final String PROBLEM = "#/components/schemas/Problem";

    private static final String REQUEST_ID = "7f3f0a52-6f0c-4a49-8f0e-2f1f5f5d0f35";

    private static final List<Rule> RULES = List.of(
            new Rule(
                    shape -> true,
                    INVALID_PATH,
                    INVALID_ENCODING,
                    INVALID_HEADER,
                    INVALID_PARAMETER,
                    INVALID_CONTENT_TYPE,
                    INTERNAL,
                    STOPPING,
                    STORE_UNAVAILABLE),
            new Rule(OperationShape::changes, COMMIT_UNKNOWN),
            new Rule(shape -> shape.named("bucket"), INVALID_BUCKET_NAME),
            new Rule(shape -> shape.named("bucket") && !shape.path().endsWith("{bucket}"), BUCKET_NOT_FOUND),
            new Rule(shape -> shape.path().endsWith("{bucket}") && !shape.takesJson(), BUCKET_NOT_FOUND),
            new Rule(shape -> shape.takes("name"), INVALID_NAME, NAME_TOO_LONG),
            new Rule(shape -> shape.aboutFile() && !(shape.named("name") && shape.takesKey()), FILE_NOT_FOUND),
            new Rule(OperationShape::aboutTask, TASK_NOT_FOUND),
            new Rule(shape -> shape.named("generation"), VERSION_NOT_FOUND),
            new Rule(shape -> shape.takes("cursor"), INVALID_CURSOR),
            new Rule(OperationShape::conditional, INVALID_CONDITION, PRECONDITION_FAILED),
            new Rule(shape -> shape.conditional() && shape.changes(), PRECONDITION_REQUIRED),
            new Rule(OperationShape::unconditional, NOT_SUPPORTED),
            new Rule(
                    OperationShape::namesTarget,
                    INVALID_NAME,
                    NAME_TOO_LONG,
                    INVALID_BUCKET_NAME,
                    BUCKET_NOT_FOUND,
                    NAME_TAKEN,
                    CONTENT_TOO_LARGE,
                    QUOTA_EXCEEDED),
            new Rule(OperationShape::takesFiles, INVALID_CONDITION, PRECONDITION_FAILED, PRECONDITION_REQUIRED),
            new Rule(OperationShape::composes, FILE_NOT_FOUND, UPLOAD_LOST, STORE_FULL),
            new Rule(OperationShape::restores, NAME_TAKEN, CONTENT_TOO_LARGE, QUOTA_EXCEEDED),
            new Rule(shape -> shape.takes("Range"), RANGE_NOT_SATISFIABLE, TOO_MANY_RANGES),
            new Rule(shape -> shape.readsContent() || shape.takesFiles() || shape.restores(), CONTENT_DAMAGED),
            new Rule(
                    OperationShape::takesJson,
                    INVALID_BODY,
                    UNKNOWN_FIELD,
                    UPLOAD_TOO_SLOW,
                    CONTENT_TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE),
            new Rule(OperationShape::takesKey, INVALID_IDEMPOTENCY_KEY, REQUEST_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED),
            new Rule(
                    OperationShape::uploads,
                    LENGTH_MISMATCH,
                    DIGEST_UNSUPPORTED_ALGORITHMS,
                    DIGEST_INVALID_VALUES,
                    DIGEST_MISMATCHED_VALUES,
                    UPLOAD_TOO_SLOW,
                    UPLOAD_LOST,
                    CONTENT_TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    QUOTA_EXCEEDED,
                    STORE_FULL),
            new Rule(
                    shape -> shape.uploads() || shape.takesFiles() || shape.takesBodyOf(JsonBody.MERGE_PATCH),
                    INVALID_METADATA,
                    METADATA_TOO_DEEP,
                    INVALID_TAGS,
                    METADATA_TOO_LARGE),
            new Rule(shape -> shape.takesBodyOf("multipart/form-data"), MALFORMED_MULTIPART),
            new Rule(OperationShape::movesBytes, TOO_MANY_TRANSFERS, OVERLOADED));

    /** How any request can be refused, whatever its operation. */
    private static final List<ErrorCode> OF_ANY = List.of(
            NOT_FOUND, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, UNSUPPORTED_MEDIA_TYPE, EXPECTATION_FAILED, NOT_SUPPORTED);

    private ProblemResponses() {}

    private record Rule(Predicate<OperationShape> when, List<ErrorCode> codes) {
        Rule(Predicate<OperationShape> when, ErrorCode... codes) {
            this(when, List.of(codes));
        }
    }

    static void addTo(OperationShape shape, Components components) {
        APIResponses responses = shape.operation().getResponses();
        removeThoseNobodyWrote(responses);
        Set<ErrorCode> codes = RULES.stream()
                .filter(rule -> rule.when().test(shape))
                .flatMap(rule -> rule.codes().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        responses.getAPIResponses().values().forEach(response -> codes.addAll(namedIn(response)));
        codes.stream().map(ErrorCode::status).sorted().distinct().forEach(status -> {
            List<ErrorCode> ofStatus =
                    codes.stream().filter(code -> code.status() == status).toList();
            responses.addAPIResponse(Integer.toString(status), merged(responses, status, ofStatus, components));
        });
        responses.removeAPIResponse(APIResponses.DEFAULT);
        responses.addAPIResponse(
                APIResponses.DEFAULT,
                OASFactory.createAPIResponse()
                        .description("The request was refused or failed; `code` says why. Whatever the operation: "
                                + named(OF_ANY))
                        .content(content(OF_ANY, components)));
    }

    /** The generator writes a 400 for every body, without a word of what is in it. */
    private static void removeThoseNobodyWrote(APIResponses responses) {
        APIResponse written = responses.getAPIResponse("400");
        if (written != null && namedIn(written).isEmpty()) {
            responses.removeAPIResponse("400");
        }
    }

    private static APIResponse merged(
            APIResponses responses, int status, List<ErrorCode> codes, Components components) {
        APIResponse response = responses.getAPIResponse(Integer.toString(status));
        if (response == null) {
            response = OASFactory.createAPIResponse().description("");
        }
        Set<ErrorCode> told = namedIn(response);
        String untold =
                named(codes.stream().filter(code -> !told.contains(code)).toList());
        String separator = response.getDescription().isEmpty() || untold.isEmpty() ? "" : "; ";
        return response.description(response.getDescription() + separator + untold)
                .content(content(codes, components));
    }

    private static String named(List<ErrorCode> codes) {
        return codes.stream()
                .map(code -> "`" + code.code() + "`: " + code.title())
                .collect(Collectors.joining("; "));
    }

    private static Content content(List<ErrorCode> codes, Components components) {
        MediaType problem =
                OASFactory.createMediaType().schema(OASFactory.createSchema().ref(PROBLEM));
        for (ErrorCode code : codes) {
            components.addExample(code.code(), example(code));
            problem.addExample(code.code(), OASFactory.createExample().ref("#/components/examples/" + code.code()));
        }
        return OASFactory.createContent().addMediaType(ProblemBody.MEDIA_TYPE, problem);
    }

    /** The codes a description names. */
    private static Set<ErrorCode> namedIn(APIResponse response) {
        Set<ErrorCode> codes = new LinkedHashSet<>();
        Matcher matcher = CODE.matcher(response.getDescription() == null ? "" : response.getDescription());
        while (matcher.find()) {
            String named = matcher.group(1);
            Arrays.stream(ErrorCode.values())
                    .filter(code -> code.code().equals(named))
                    .forEach(codes::add);
        }
        return codes;
    }

    private static Example example(ErrorCode code) {
        var failure = new ServiceException(code, code.title() + ".");
        return OASFactory.createExample().summary(code.title()).value(ProblemBody.of(failure, REQUEST_ID));
    }
}
