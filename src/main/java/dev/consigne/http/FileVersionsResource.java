package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FileId;
import dev.consigne.file.FileVersion;
import dev.consigne.file.FileVersions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** What files were, in buckets that keep it; and how it comes back. */
@Path(Api.ROOT + "/files")
@Tag(name = "files")
class FileVersionsResource {
    private static final String VERSIONS = "/{id}/versions";
    private static final String VERSION = VERSIONS + "/{generation}";
    private static final String CONTENT = VERSION + "/content";

    private static final String GENERATION_DESCRIPTION = "Which generation of the file, as in its record";

    /** Longer ones would not fit; no file gets there. */
    private static final Pattern GENERATION = Pattern.compile("[1-9]\\d{0,17}");

    private final FileVersions versions;
    private final ContentDelivery delivery;
    private final Cursors cursors;

    FileVersionsResource(FileVersions versions, ContentDelivery delivery, Cursors cursors) {
        this.versions = versions;
        this.delivery = delivery;
        this.cursors = cursors;
    }

    @GET
    @Path(VERSIONS)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "listFileVersions",
            summary = "List a file's generations, newest first",
            description =
                    "The current one and, where the bucket keeps versions, what the file was before. Also of a deleted"
                            + " file, as long as anything of it is kept.")
    @APIResponse(
            responseCode = "200",
            description = "A page of generations",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = FileVersionView.Page.class)))
    public Uni<FileVersionView.Page> list(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Parameter(
                            description = PageRequest.LIMIT,
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            format = "int32",
                                            minimum = "1",
                                            maximum = "1000",
                                            defaultValue = "100"))
                    @QueryParam("limit")
                    @Nullable
                    String limit,
            @Parameter(description = PageRequest.CURSOR, schema = @Schema(type = SchemaType.STRING, maxLength = 8192))
                    @QueryParam("cursor")
                    @Nullable
                    String cursor) {
        FileId file = FileResource.fileId(id);
        int size = PageRequest.limit(limit);
        String listing = "versions/" + file;
        long before = cursor == null ? FileVersions.NEWEST : Long.parseLong(cursors.open(listing, cursor));
        return versions.list(file, before, size + 1).map(found -> page(found, size, listing));
    }

    private FileVersionView.Page page(List<FileVersion> found, int size, String listing) {
        boolean more = found.size() > size;
        List<FileVersion> shown = more ? found.subList(0, size) : found;
        String next = more
                ? cursors.after(
                        listing, Long.toString(shown.get(size - 1).file().generation()))
                : null;
        return new FileVersionView.Page(shown.stream().map(FileVersionView::of).toList(), next);
    }

    @GET
    @Path(VERSION)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "getFileVersion", summary = "Read what a file was")
    @APIResponse(
            responseCode = "200",
            description = "The generation",
            content =
                    @Content(mediaType = "application/json", schema = @Schema(implementation = FileVersionView.class)))
    public Uni<FileVersionView> get(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Parameter(
                            description = GENERATION_DESCRIPTION,
                            example = "2",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            format = "int64",
                                            minimum = "1",
                                            maximum = "999999999999999999"))
                    @PathParam("generation")
                    String generation) {
        return versions.find(FileResource.fileId(id), generation(generation)).map(FileVersionView::of);
    }

    @DELETE
    @Path(VERSION)
    @Operation(
            operationId = "deleteFileVersion",
            summary = "Delete an earlier generation for good",
            description =
                    "What the file is now cannot be deleted so (409). A deleted file without the generation it was"
                            + " deleted with cannot come back; what it was before stays readable.")
    @APIResponse(responseCode = "204", description = "It is gone")
    @APIResponse(responseCode = "409", description = "`version-current`: it is what the file is now: delete the file")
    public Uni<Void> delete(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Parameter(
                            description = GENERATION_DESCRIPTION,
                            example = "2",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            format = "int64",
                                            minimum = "1",
                                            maximum = "999999999999999999"))
                    @PathParam("generation")
                    String generation,
            @Context HttpServerRequest request) {
        UploadRequest.requireUnconditional(request);
        return Detached.run(versions.remove(FileResource.fileId(id), generation(generation)));
    }

    @GET
    @Path(CONTENT)
    @Produces(MediaType.WILDCARD)
    @Operation(operationId = "getFileVersionContent", summary = "Read the bytes a file had, all or a range of them")
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
    @APIResponse(responseCode = "304", description = "`If-None-Match` names the content")
    public Uni<Void> content(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Parameter(
                            description = GENERATION_DESCRIPTION,
                            example = "2",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            format = "int64",
                                            minimum = "1",
                                            maximum = "999999999999999999"))
                    @PathParam("generation")
                    String generation,
            @Parameter(
                            description = RangeHeader.DESCRIPTION,
                            example = "bytes=0-99",
                            schema = @Schema(type = SchemaType.STRING, maxLength = 8192))
                    @HeaderParam("Range")
                    @Nullable
                    String range,
            @Context HttpServerRequest request) {
        return deliver(id, generation, request);
    }

    @HEAD
    @Path(CONTENT)
    @Produces(MediaType.WILDCARD)
    @Operation(operationId = "headFileVersionContent", summary = "What GET would answer, without the bytes")
    @APIResponse(responseCode = "200", description = "The headers GET would send")
    @APIResponse(responseCode = "304", description = "`If-None-Match` or `If-Modified-Since` says it is known already")
    public Uni<Void> head(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Parameter(
                            description = GENERATION_DESCRIPTION,
                            example = "2",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            format = "int64",
                                            minimum = "1",
                                            maximum = "999999999999999999"))
                    @PathParam("generation")
                    String generation,
            @Context HttpServerRequest request) {
        return deliver(id, generation, request);
    }

    private Uni<Void> deliver(String id, String generation, HttpServerRequest request) {
        return versions.find(FileResource.fileId(id), generation(generation))
                .chain(version -> delivery.deliver(version.file(), request));
    }

    @POST
    @Path(VERSIONS + "/{generation: [^/:]+}:restore")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "restoreFileVersion",
            summary = "Make an earlier generation the newest again",
            description =
                    "The file gets one generation more, with the bytes of that one and what was said about it; no byte"
                            + " is moved. A deleted file comes back under the name it had last. Conditional headers are about the"
                            + " record of the file.")
    @APIResponse(
            responseCode = "200",
            description = "The file as it stands now",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    public Uni<RestResponse<FileView>> restore(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Parameter(
                            description = GENERATION_DESCRIPTION,
                            example = "2",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            format = "int64",
                                            minimum = "1",
                                            maximum = "999999999999999999"))
                    @PathParam("generation")
                    String generation,
            @Context HttpServerRequest request) {
        return Detached.run(versions.restore(
                        FileResource.fileId(id), generation(generation), Conditions.of(request.headers())))
                .map(restored -> RecordResponse.changed(restored, request));
    }

    @POST
    @Path("/{id: [^/:]+}:restore")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "restoreFile",
            summary = "Bring back a deleted file",
            description = "As it was when it was deleted, as its next generation, if its name is free (409 otherwise).")
    @APIResponse(
            responseCode = "200",
            description = "The file as it stands now",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    public Uni<RestResponse<FileView>> undelete(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id,
            @Context HttpServerRequest request) {
        return Detached.run(versions.undelete(FileResource.fileId(id), Conditions.of(request.headers())))
                .map(restored -> RecordResponse.changed(restored, request));
    }

    /** What is no number is the number of no generation. */
    private static long generation(String text) {
        if (!GENERATION.matcher(text).matches()) {
            throw new ServiceException(ErrorCode.VERSION_NOT_FOUND, "'" + text + "' is the number of no generation.");
        }
        return Long.parseLong(text);
    }
}
