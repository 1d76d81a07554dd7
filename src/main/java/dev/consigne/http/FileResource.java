package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FileId;
import dev.consigne.file.FileService;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Files by their id: the record, the bytes, the end. */
@Path(Api.ROOT + "/files/{id}")
@Tag(name = "files")
class FileResource {
    private static final Pattern CANONICAL_UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final FileService files;
    private final ContentDelivery delivery;

    FileResource(FileService files, ContentDelivery delivery) {
        this.files = files;
        this.delivery = delivery;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "getFile", summary = "Read a file's record")
    @APIResponse(
            responseCode = "200",
            description = "The file as it stands now",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    public Uni<FileView> get(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id) {
        return files.file(fileId(id)).map(FileView::of);
    }

    @DELETE
    @Operation(operationId = "deleteFile", summary = "Delete a file by its id")
    @APIResponse(responseCode = "204", description = "The file is gone")
    public Uni<Void> delete(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Context HttpServerRequest request) {
        UploadRequest.requireUnconditional(request);
        return Detached.run(files.delete(fileId(id)));
    }

    @GET
    @Path("/content")
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
            description = "The bytes of the range",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "304", description = "`If-None-Match` names the current content")
    public Uni<Void> content(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Parameter(description = "One range of bytes (RFC 9110)", example = "bytes=0-99")
                    @HeaderParam("Range")
                    @Nullable
                    String range,
            @Context HttpServerRequest request) {
        return files.file(fileId(id)).chain(file -> delivery.deliver(file, request));
    }

    @HEAD
    @Path("/content")
    @Produces(MediaType.WILDCARD)
    @Operation(operationId = "headFileContent", summary = "What GET would answer, without the bytes")
    @APIResponse(responseCode = "200", description = "The headers GET would send")
    public Uni<Void> head(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Context HttpServerRequest request) {
        return files.file(fileId(id)).chain(file -> delivery.deliver(file, request));
    }

    /** What is not an id names no file; the answer is the one an unknown id gets. */
    private static FileId fileId(String text) {
        if (!CANONICAL_UUID.matcher(text).matches()) {
            throw new ServiceException(ErrorCode.FILE_NOT_FOUND, "There is no such file, or it has been deleted.");
        }
        return new FileId(UUID.fromString(text));
    }
}
