package dev.consigne.http;

import dev.consigne.error.ProblemBody;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/** Writes into the OpenAPI document what is true of every operation, any error is a problem, and of every upload. */
public final class ProblemResponses implements OASFilter {
    @Override
    public Operation filterOperation(Operation operation) {
        APIResponses responses = operation.getResponses();
        if (responses != null) {
            responses.removeAPIResponse("400"); // written by the generator for every body, and less than what is true
            if (takesKey(operation)) {
                addThoseOfUploads(responses);
            }
            responses.addAPIResponse(
                    APIResponses.DEFAULT, problem("The request was refused or failed; `code` says why"));
        }
        return operation;
    }

    private static boolean takesKey(Operation operation) {
        return operation.getParameters() != null
                && operation.getParameters().stream()
                        .anyMatch(parameter -> UploadRequest.IDEMPOTENCY_KEY.equals(parameter.getName()));
    }

    /** What a client that sends again has to tell apart. */
    private static void addThoseOfUploads(APIResponses responses) {
        responses.addAPIResponse(
                "409", problem("`request-in-progress`: an upload with this key is running; or `upload-lost`"));
        responses.addAPIResponse("422", problem("`idempotency-key-reused`: the key belongs to another upload"));
        responses.addAPIResponse("507", problem("`quota-exceeded`: the bucket has no room for it; or `store-full`"));
    }

    private static APIResponse problem(String description) {
        Content content = OASFactory.createContent()
                .addMediaType(
                        ProblemBody.MEDIA_TYPE,
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref("#/components/schemas/Problem")));
        return OASFactory.createAPIResponse().description(description).content(content);
    }
}
