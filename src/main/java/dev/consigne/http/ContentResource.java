package dev.consigne.http;

import dev.consigne.file.BucketName;
import dev.consigne.file.FileName;
import dev.consigne.file.FileService;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
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

/** Content by bucket and name. The name is read from the path as it was sent, see {@link RequestPath}. */
@Path(Api.ROOT + "/buckets")
@Tag(name = "content")
class ContentResource {
    /** On the methods and not on the class: only so is another method answered with 405. */
    private static final String CONTENT = "/{bucket}/content/{name: .*}";

    private static final String NAME =
            "The file's name, at most 1024 bytes in UTF-8; it may hold slashes, as they are or as %2F";

    private final FileService files;
    private final ContentDelivery delivery;
    private final MinimumRate rate;

    ContentResource(FileService files, ContentDelivery delivery, MinimumRate rate) {
        this.files = files;
        this.delivery = delivery;
        this.rate = rate;
    }

    @PUT
    @Path(CONTENT)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "putContent",
            summary = "Store a file under a name",
            description =
                    "Creates the file, or makes the body its next generation. Answers when the content is durable;"
                            + " until then nothing of it can be seen.")
    @RequestBody(
            description = "The bytes, of any length",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "201",
            description = "The file was created",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    @APIResponse(
            responseCode = "200",
            description = "The file has a new generation",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    public Uni<RestResponse<FileView>> put(
            @PathParam("bucket") String bucket,
            @Parameter(description = NAME, example = "2026/report.pdf") @PathParam("name") String name,
            @Parameter(description = UploadRequest.KEY_DESCRIPTION, example = UploadRequest.KEY_EXAMPLE)
                    @HeaderParam(UploadRequest.IDEMPOTENCY_KEY)
                    @Nullable
                    String idempotencyKey,
            @Context HttpServerRequest request) {
        var command = UploadRequest.command(request, new BucketName(bucket), name(request));
        return Detached.run(files.store(RequestCaller.of(request), command, UploadRequest.body(request, rate)))
                .map(file -> StoredResponse.of(file, request));
    }

    @GET
    @Path(CONTENT)
    @Produces(MediaType.WILDCARD)
    @Operation(operationId = "getContent", summary = "Read a file's bytes, all or a range of them")
    @APIResponse(
            responseCode = "200",
            description = "All bytes",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "206",
            description = "The bytes of the range; of several ranges, one part each",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_OCTET_STREAM,
                        schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = ByteRanges.MEDIA_TYPE,
                        schema = @Schema(type = SchemaType.STRING, format = "binary"))
            })
    @APIResponse(responseCode = "304", description = "`If-None-Match` names the current content")
    public Uni<Void> get(
            @PathParam("bucket") String bucket,
            @Parameter(description = NAME, example = "2026/report.pdf") @PathParam("name") String name,
            @Parameter(description = RangeHeader.DESCRIPTION, example = "bytes=0-99") @HeaderParam("Range") @Nullable
                    String range,
            @Context HttpServerRequest request) {
        return files.file(new BucketName(bucket), name(request)).chain(file -> delivery.deliver(file, request));
    }

    @HEAD
    @Path(CONTENT)
    @Produces(MediaType.WILDCARD)
    @Operation(operationId = "headContent", summary = "What GET would answer, without the bytes")
    @APIResponse(responseCode = "200", description = "The headers GET would send")
    @APIResponse(responseCode = "304", description = "`If-None-Match` or `If-Modified-Since` says it is known already")
    public Uni<Void> head(
            @PathParam("bucket") String bucket,
            @Parameter(description = NAME, example = "2026/report.pdf") @PathParam("name") String name,
            @Context HttpServerRequest request) {
        return files.file(new BucketName(bucket), name(request)).chain(file -> delivery.deliver(file, request));
    }

    @DELETE
    @Path(CONTENT)
    @Operation(
            operationId = "deleteContent",
            summary = "Delete a file by its name",
            description = "It is gone at once; downloads that have begun go on to their end.")
    @APIResponse(responseCode = "204", description = "The file is gone")
    public Uni<Void> delete(
            @PathParam("bucket") String bucket,
            @Parameter(description = NAME, example = "2026/report.pdf") @PathParam("name") String name,
            @Context HttpServerRequest request) {
        return Detached.run(files.delete(new BucketName(bucket), name(request), Conditions.of(request.headers())));
    }

    private static FileName name(HttpServerRequest request) {
        return new FileName(RequestPath.contentName(request.path()));
    }
}
