package dev.consigne.http;

import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.PathItem;

/**
 * Writes into the OpenAPI document what is true of all operations of a kind, so that the resources say only what is
 * their own: parameters, errors, headers, examples.
 */
public final class OpenApiContract implements OASFilter {
    /** Has Java generators make builders of parameters: one more header then breaks no caller. */
    private static final String GROUPED = "x-group-parameters";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        Components components = document.getComponents();
        document.getPaths().getPathItems().forEach((path, item) -> complete(path, item, components));
        new SchemaExamples(components.getSchemas()).complete();
    }

    private static void complete(String path, PathItem item, Components components) {
        item.getOperations().forEach((method, operation) -> {
            OperationShape shape = new OperationShape(path, method, operation);
            ContractParameters.addTo(shape, components);
            ProblemResponses.addTo(shape, components);
            addBriefAnswer(shape);
            ContractHeaders.addTo(shape, components);
            operation.addExtension(GROUPED, true);
        });
    }

    private static void addBriefAnswer(OperationShape shape) {
        if (shape.takes(Preference.HEADER)) {
            shape.operation()
                    .getResponses()
                    .addAPIResponse(
                            "204",
                            OASFactory.createAPIResponse()
                                    .description("It was changed, and the client prefers to be told no more"));
        }
    }
}
