package dev.consigne.http;

import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** What an operation is, as far as its path, parameters and bodies show it: the contract's rules decide by this. */
record OperationShape(String path, HttpMethod method, Operation operation) {
    static final String PARAMETERS = "#/components/parameters/";

    private static final String FILE_SCHEMA = "#/components/schemas/FileRecord";

    boolean changes() {
        return method != HttpMethod.GET && method != HttpMethod.HEAD;
    }

    /** Whether it makes something, so that sending it twice must be safe. */
    boolean takesKey() {
        return takes(UploadRequest.IDEMPOTENCY_KEY);
    }

    boolean uploads() {
        return takesKey() && takesBodyOf("application/octet-stream");
    }

    boolean takesJson() {
        return takesBodyOf("application/json") || takesBodyOf(JsonBody.MERGE_PATCH);
    }

    boolean takesBodyOf(String mediaType) {
        return operation.getRequestBody() != null
                && mediaTypes(operation.getRequestBody().getContent()).contains(mediaType);
    }

    /** Whether it answers bytes that can be asked for in ranges. */
    boolean readsContent() {
        return !changes() && (path.endsWith("/content") || path.endsWith("/content/{name}"));
    }

    /** Whether it is about one file, which has an entity tag to compare. */
    boolean conditional() {
        return uploads() || (aboutFile() && !takes("cursor") && !path.endsWith("{generation}"));
    }

    /** Whether conditions are refused because there is nothing to compare. */
    boolean unconditional() {
        return changes() && !conditional() && !aboutTask();
    }

    /** Whether its path names a file. */
    boolean aboutFile() {
        return (named("id") && !aboutTask()) || named("name");
    }

    /** Whether its path names a bulk task. */
    boolean aboutTask() {
        return path.startsWith(Api.ROOT + "/bulk/");
    }

    /** Whether its body names a file that there shall be. */
    boolean namesTarget() {
        return takesFiles() || path.endsWith(":move");
    }

    /** Whether it makes a file of what files have. */
    boolean takesFiles() {
        return path.endsWith(":copy") || composes();
    }

    boolean composes() {
        return path.endsWith(":compose");
    }

    /** Whether bytes of files pass through the service, which takes memory while they do. */
    boolean movesBytes() {
        return uploads() || composes() || (readsContent() && method != HttpMethod.HEAD);
    }

    /** Whether it makes something that is no file: a bucket, a task. */
    boolean makesElse() {
        return takesJson() && !named("id");
    }

    /** Whether it brings back what a file was. */
    boolean restores() {
        return path.endsWith(":restore");
    }

    boolean takes(String parameter) {
        return parameters().stream()
                .anyMatch(taken ->
                        parameter.equalsIgnoreCase(taken.getName()) || (PARAMETERS + parameter).equals(taken.getRef()));
    }

    boolean answersFile() {
        return operation.getResponses().getAPIResponses().values().stream().anyMatch(OperationShape::answersFile);
    }

    /** Whether the path has a variable of this name. */
    boolean named(String variable) {
        return path.contains("{" + variable + "}");
    }

    List<Parameter> parameters() {
        return Optional.ofNullable(operation.getParameters()).orElse(List.of());
    }

    static boolean answersFile(APIResponse response) {
        return Optional.ofNullable(response.getContent())
                .map(content -> content.getMediaType("application/json"))
                .map(MediaType::getSchema)
                .map(schema -> FILE_SCHEMA.equals(schema.getRef()))
                .orElse(false);
    }

    private static List<String> mediaTypes(Content content) {
        return content == null ? List.of() : List.copyOf(content.getMediaTypes().keySet());
    }
}
