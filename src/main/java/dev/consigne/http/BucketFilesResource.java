package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.FileName;
import dev.consigne.file.FilePage;
import dev.consigne.file.FileService;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.ListQuery;
import dev.consigne.file.UploadTerms;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
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

/** The files of a bucket: listing, and uploads that name the file beside the path. */
@Path(Api.ROOT + "/buckets")
@Tag(name = "files")
class BucketFilesResource {
    /** On the methods and not on the class: only so is another method answered with 405. */
    private static final String FILES = "/{bucket}/files";

    private final FileService files;
    private final Cursors cursors;
    private final MinimumRate rate;

    BucketFilesResource(FileService files, Cursors cursors, MinimumRate rate) {
        this.files = files;
        this.cursors = cursors;
        this.rate = rate;
    }

    @GET
    @Path(FILES)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "listFiles",
            summary = "List a bucket's files by name",
            description =
                    "In the order of the bytes of their names. A page is never a snapshot of the whole: files stored"
                            + " meanwhile appear if their names come later.")
    @APIResponse(
            responseCode = "200",
            description = "A page of files",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FilePageView.class)))
    public Uni<FilePageView> list(
            @PathParam("bucket") String bucket,
            @Parameter(description = "Names begin with this, taken literally", example = "2026/")
                    @QueryParam("prefix")
                    @Nullable
                    String prefix,
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
            @Parameter(description = PageRequest.CURSOR) @QueryParam("cursor") @Nullable String cursor) {
        BucketName name = new BucketName(bucket);
        String begin = prefix == null ? "" : NamePrefix.require(prefix);
        String listing = name + "/" + begin;
        Optional<String> after = Optional.ofNullable(cursor).map(c -> cursors.open(listing, c));
        return files.list(new ListQuery(name, begin, after, PageRequest.limit(limit)))
                .map(page -> view(page, listing));
    }

    private FilePageView view(FilePage page, String listing) {
        String next = page.more()
                ? cursors.after(
                        listing,
                        page.files().get(page.files().size() - 1).name().value())
                : null;
        return new FilePageView(page.files().stream().map(FileView::of).toList(), next);
    }

    @POST
    @Path(FILES)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "postFile",
            summary = "Store a file named beside the path",
            description =
                    "As PUT of its content: creates the file, or makes the body its next generation. The body is the"
                            + " bytes themselves, or a form with one file.")
    @RequestBody(
            description =
                    "The bytes, of any length; or a form with one part that has a file name. Neither is kept on a disk on"
                            + " the way",
            required = true,
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_OCTET_STREAM,
                        schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = MediaType.MULTIPART_FORM_DATA,
                        // No properties: generators would name a model for them and, by default, not make it.
                        schema = @Schema(type = SchemaType.OBJECT))
            })
    @APIResponse(
            responseCode = "201",
            description = "The file was created",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    @APIResponse(
            responseCode = "200",
            description = "The file has a new generation",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FileView.class)))
    public Uni<RestResponse<FileView>> post(
            @PathParam("bucket") String bucket,
            @Parameter(
                            description =
                                    "The file's name; needed unless the body is a form, whose part then names the file",
                            example = "2026/report.pdf")
                    @QueryParam("name")
                    @Nullable
                    String name,
            @Parameter(description = UploadRequest.KEY_DESCRIPTION, example = UploadRequest.KEY_EXAMPLE)
                    @HeaderParam(UploadRequest.IDEMPOTENCY_KEY)
                    @Nullable
                    String idempotencyKey,
            @Context HttpServerRequest request) {
        if (name == null) {
            throw new ServiceException(
                    ErrorCode.INVALID_NAME, "Say the file's name: ?name=… in the URL, or send multipart/form-data.");
        }
        var command = UploadRequest.command(request, new BucketName(bucket), new FileName(name));
        return Detached.run(files.store(command, UploadRequest.body(request, rate)))
                .map(file -> StoredResponse.of(file, request));
    }

    @POST
    @Path(FILES)
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true) // the contract has one operation for both kinds of body
    public Uni<RestResponse<FileView>> form(
            @PathParam("bucket") String bucket,
            @QueryParam("name") @Nullable String name,
            @HeaderParam(UploadRequest.IDEMPOTENCY_KEY) @Nullable String idempotencyKey,
            @Context HttpServerRequest request) {
        if (!request.headers().contains("Content-Type")) {
            return post(bucket, name, idempotencyKey, request); // routing takes a body of no type for one of this type
        }
        BucketName bucketName = new BucketName(bucket);
        Optional<IdempotencyKey> key = UploadRequest.idempotencyKey(request);
        UploadTerms terms = UploadRequest.terms(request);
        return MultipartForm.read(request, rate)
                .chain(part -> Detached.run(
                        files.store(part.command(bucketName, name).withKey(key).withTerms(terms), part.body())))
                .map(file -> StoredResponse.of(file, request));
    }
}
