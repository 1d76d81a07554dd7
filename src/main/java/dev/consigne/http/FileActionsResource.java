package dev.consigne.http;

import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileService;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.Preconditions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
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

/** What can be done with a file beside reading and changing it. No byte is moved. */
@Path(Api.ROOT + "/files")
@Tag(name = "files")
class FileActionsResource {
    /** An id with a colon in it names no file; so the action is told from the id. */
    private static final String FILE = "/{id: [^/:]+}";

    private final FileService files;
    private final JsonBody json;

    FileActionsResource(FileService files, JsonBody json) {
        this.files = files;
        this.json = json;
    }

    @POST
    @Path(FILE + ":copy")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "copyFile",
            summary = "Make a file with the same bytes",
            description =
                    "At once, whatever their number: content never changes, so both files have it. Conditional headers"
                            + " are about the record of the source; `overwrite` and `ifMatch` in the body are about the target.")
    @RequestBody(
            description = "What to make",
            required = true,
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileCopy.class)))
    @APIResponse(
            responseCode = "201",
            description = "The copy was created",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    @APIResponse(
            responseCode = "200",
            description = "The copy is the next generation of the file that had the name",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    public Uni<RestResponse<FileView>> copy(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Parameter(description = UploadRequest.KEY_DESCRIPTION, example = UploadRequest.KEY_EXAMPLE)
                    @HeaderParam(UploadRequest.IDEMPOTENCY_KEY)
                    @Nullable
                    String idempotencyKey,
            @Context HttpServerRequest request) {
        FileId source = FileResource.fileId(id);
        Preconditions conditions = Conditions.of(request.headers());
        Optional<IdempotencyKey> key = UploadRequest.idempotencyKey(request);
        return json.read(request, FileCopy.class, FileCopy.NOTHING)
                .map(FileCopy::required)
                .chain(copy -> Detached.run(files.copy(source, conditions, file -> copy.of(file, key))))
                .map(copied -> StoredResponse.of(copied, request));
    }

    @POST
    @Path(FILE + ":move")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "moveFile",
            summary = "Give a file another name",
            description =
                    "In its bucket or another; its id stays, and downloads that have begun go on. It never replaces"
                            + " another file.")
    @RequestBody(
            description = "Where to",
            required = true,
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileMove.class)))
    @APIResponse(
            responseCode = "200",
            description = "The file as it stands now",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    public Uni<RestResponse<FileView>> move(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Context HttpServerRequest request) {
        FileId file = FileResource.fileId(id);
        Preconditions conditions = Conditions.of(request.headers());
        return json.read(request, FileMove.class, FileMove.NOTHING)
                .map(FileMove::required)
                .chain(move -> Detached.run(files.move(file, conditions, move.toBucket(), new FileName(move.toName()))))
                .map(moved -> RecordResponse.changed(moved, request));
    }
}
