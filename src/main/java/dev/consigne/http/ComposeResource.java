package dev.consigne.http;

import dev.consigne.file.BucketName;
import dev.consigne.file.FileService;
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

/** One file made of several. */
@Path(Api.ROOT + "/buckets")
@Tag(name = "files")
class ComposeResource {
    private final FileService files;
    private final JsonBody json;

    ComposeResource(FileService files, JsonBody json) {
        this.files = files;
        this.json = json;
    }

    @POST
    @Path("/{bucket}/files:compose")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "composeFile",
            summary = "Make one file of several",
            description =
                    "Their bytes one after the other, read and written again by the service, so it takes as long as an"
                            + " upload of them would. The parts may be in any bucket, and stay. What stands in the way is said of"
                            + " the `part`, by its number from 0. Sent again with the same key, the parts are read again and"
                            + " compared.")
    @RequestBody(
            description = "What to make of which files",
            required = true,
            content =
                    @Content(mediaType = "application/json", schema = @Schema(implementation = FileComposition.class)))
    @APIResponse(
            responseCode = "201",
            description = "The file was created",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    @APIResponse(
            responseCode = "200",
            description = "The file has a new generation",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    public Uni<RestResponse<FileView>> compose(
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
        return json.read(request, FileComposition.class, FileComposition.NOTHING)
                .chain(form -> {
                    FileComposition.Wish wish = form.in(name, key);
                    return Detached.run(files.compose(RequestCaller.of(request), form.sources(), wish::of));
                })
                .map(file -> StoredResponse.of(file, request));
    }
}
