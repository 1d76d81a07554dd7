package dev.consigne.http;

import dev.consigne.bulk.BulkService;
import dev.consigne.file.BucketName;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Changes to many files at once. */
@Path(Api.ROOT + "/buckets")
@Tag(name = "bulk")
class BulkResource {
    private final BulkService bulk;
    private final JsonBody json;

    BulkResource(BulkService bulk, JsonBody json) {
        this.bulk = bulk;
        this.json = json;
    }

    @POST
    @Path("/{bucket}/files:bulk")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "bulkFiles",
            summary = "Delete, tag or move many files",
            description =
                    "By their ids, or all whose names begin with a prefix: so are folders renamed and deleted. Carried"
                            + " out in the background, each file as by a request of its own; the task says how far it is. Files"
                            + " stored under the prefix meanwhile may be among them.")
    @RequestBody(
            description = "What to do with which files",
            required = true,
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = BulkForm.class)))
    @APIResponse(
            responseCode = "202",
            description = "It will be done; `Location` names the task",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = BulkView.class)))
    @APIResponse(
            responseCode = "400",
            description =
                    "`invalid-tags`: no file could have them. `invalid-parameter`: no name begins with the prefix")
    @APIResponse(responseCode = "428", description = "`precondition-required`: the bucket takes no bulk changes")
    public Uni<RestResponse<BulkView>> start(
            @Parameter(schema = @Schema(type = SchemaType.STRING, minLength = 3, maxLength = 63)) @PathParam("bucket")
                    String bucket,
            @Parameter(description = UploadRequest.KEY_DESCRIPTION, example = UploadRequest.KEY_EXAMPLE)
                    @HeaderParam(UploadRequest.IDEMPOTENCY_KEY)
                    @Nullable
                    String idempotencyKey,
            @Context HttpServerRequest request) {
        UploadRequest.requireUnconditional(request);
        BucketName name = new BucketName(bucket);
        var key = UploadRequest.idempotencyKey(request);
        return json.read(request, BulkForm.class, BulkForm.NOTHING)
                .chain(form -> Detached.run(bulk.accept(form.order(name, key))))
                .map(task -> RestResponse.ResponseBuilder.create(RestResponse.Status.ACCEPTED, BulkView.of(task))
                        .header("Location", Api.ROOT + "/bulk/" + task.id())
                        .build());
    }
}
