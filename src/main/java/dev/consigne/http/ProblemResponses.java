package dev.consigne.http;

import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/** Writes into the OpenAPI document what is true of every operation: any error is a problem. */
public final class ProblemResponses implements OASFilter {
    @Override
    public Operation filterOperation(Operation operation) {
        APIResponses responses = operation.getResponses();
        if (responses != null) {
            responses.removeAPIResponse("400"); // written by the generator for every body, and less than what is true
            responses.addAPIResponse(APIResponses.DEFAULT, problem());
        }
        return operation;
    }

    private static APIResponse problem() {
        Content content = OASFactory.createContent()
                .addMediaType(
                        Problem.MEDIA_TYPE,
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref("#/components/schemas/Problem")));
        return OASFactory.createAPIResponse()
                .description("The request was refused or failed; `code` says why")
                .content(content);
    }
}
