package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FileId;
import dev.consigne.file.FileService;
import dev.consigne.file.Preconditions;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.regex.Pattern;
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

/** Files by their id: the record, the bytes, the end. */
@Path(Api.ROOT + "/files")
@Tag(name = "files")
class FileResource {
    /** On the methods and not on the class: only so is another method answered with 405. */
    private static final String FILE = "/{id}";

    private static final String CONTENT = FILE + "/content";

    static final Pattern CANONICAL_UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final FileService files;
    private final ContentDelivery delivery;
    private final JsonBody json;
    private final MinimumRate rate;

    FileResource(FileService files, ContentDelivery delivery, JsonBody json, MinimumRate rate) {
        this.files = files;
        this.delivery = delivery;
        this.json = json;
        this.rate = rate;
    }

    @GET
    @Path(FILE)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "getFile", summary = "Read a file's record")
    @APIResponse(
            responseCode = "200",
            description = "The file as it stands now",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    @APIResponse(responseCode = "304", description = "`If-None-Match` or `If-Modified-Since` says it is known already")
    public Uni<RestResponse<FileView>> get(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Context HttpServerRequest request) {
        Preconditions conditions = Conditions.of(request.headers());
        return files.file(fileId(id)).map(file -> RecordResponse.read(file, conditions));
    }

    @PATCH
    @Path(FILE)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "patchFile",
            summary = "Change what is said about a file",
            description =
                    "A JSON merge patch (RFC 7396) of metadata, tags and media type. What others change meanwhile is"
                            + " never lost: the patch is applied to the newest state. `If-Match` with the record's ETag makes it"
                            + " fail (412) if there was any other change.")
    @RequestBody(
            description = "What changes",
            required = true,
            content =
                    @Content(
                            mediaType = JsonBody.MERGE_PATCH,
                            schema = @Schema(implementation = LabelPatch.Form.class)))
    @APIResponse(
            responseCode = "200",
            description = "The file as it stands now",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    public Uni<RestResponse<FileView>> patch(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Context HttpServerRequest request) {
        FileId file = fileId(id);
        Preconditions conditions = Conditions.of(request.headers());
        return json.readPatch(request)
                .map(LabelPatch::of)
                .chain(patch -> Detached.run(files.change(file, conditions, patch::applyTo)))
                .map(changed -> RecordResponse.changed(changed, request));
    }

    @PUT
    @Path(CONTENT)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "putFileContent",
            summary = "Store a file's next generation by its id",
            description =
                    "As by its name, but it never creates a file: whatever name the file has by then, it is the one.")
    @RequestBody(
            description = "The bytes, of any length",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "200",
            description = "The file has a new generation",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    public Uni<RestResponse<FileView>> putContent(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Parameter(description = UploadRequest.KEY_DESCRIPTION, example = UploadRequest.KEY_EXAMPLE)
                    @HeaderParam(UploadRequest.IDEMPOTENCY_KEY)
                    @Nullable
                    String idempotencyKey,
            @Context HttpServerRequest request) {
        FileId file = fileId(id);
        // Listened to from now on: its client may go while the file is looked for.
        Multi<ByteBuffer> body = UploadRequest.body(request, rate);
        return Detached.run(files.file(file)
                        .map(found -> UploadRequest.command(request, found.bucket(), found.name()))
                        .map(command -> command.withTerms(command.terms().onto(file)))
                        .chain(command -> files.store(RequestCaller.of(request), command, body)))
                .map(stored -> StoredResponse.of(stored, request));
    }

    @DELETE
    @Path(FILE)
    @Operation(operationId = "deleteFile", summary = "Delete a file by its id")
    @APIResponse(responseCode = "204", description = "The file is gone")
    public Uni<Void> delete(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Context HttpServerRequest request) {
        return Detached.run(files.delete(fileId(id), Conditions.of(request.headers())));
    }

    @GET
    @Path(CONTENT)
    @Produces(MediaType.WILDCARD)
    @Operation(operationId = "getFileContent", summary = "Read a file's bytes by its id, all or a range of them")
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
    public Uni<Void> content(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Parameter(description = RangeHeader.DESCRIPTION, example = "bytes=0-99") @HeaderParam("Range") @Nullable
                    String range,
            @Context HttpServerRequest request) {
        return files.file(fileId(id)).chain(file -> delivery.deliver(file, request));
    }

    @HEAD
    @Path(CONTENT)
    @Produces(MediaType.WILDCARD)
    @Operation(operationId = "headFileContent", summary = "What GET would answer, without the bytes")
    @APIResponse(responseCode = "200", description = "The headers GET would send")
    @APIResponse(responseCode = "304", description = "`If-None-Match` or `If-Modified-Since` says it is known already")
    public Uni<Void> head(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Context HttpServerRequest request) {
        return files.file(fileId(id)).chain(file -> delivery.deliver(file, request));
    }

    /** What is not an id names no file; the answer is the one an unknown id gets. */
    static FileId fileId(String text) {
        if (!CANONICAL_UUID.matcher(text).matches()) {
            throw new ServiceException(ErrorCode.FILE_NOT_FOUND, "There is no such file, or it has been deleted.");
        }
        return new FileId(UUID.fromString(text));
    }
}
