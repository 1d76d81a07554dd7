package dev.consigne.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.FileName;
import dev.consigne.file.FilePage;
import dev.consigne.file.FileService;
import dev.consigne.file.Filter;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.ListQuery;
import dev.consigne.file.SortOrder.Position;
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

    private static final String LIST_DESCRIPTION =
            "By name, by the bytes of it, unless `sort` says otherwise. A page is"
                    + " never a snapshot of the whole: files stored meanwhile appear if they come later. A search that no index"
                    + " narrows enough is answered 422 `search-too-broad` when its time is over.";
    private static final String LIST_DELIMITER = "Names that hold this after the prefix are not listed but shown as one"
            + " folder each, in `prefixes`. Goes with neither `filter` nor another `sort` than `name`";
    private static final String LIST_FIELDS = "Members to show of each file, divided by commas; all if absent. The"
            + " others are left out, those the schema requires too";
    private static final String LIST_FILTER = "Terms joined by `and`. A term compares a field with a value (`=`, `<`,"
            + " `<=`, `>`, `>=`), or is `startsWith(field, \"text\")` or `contains(name, \"text\")`. Fields are `name`,"
            + " `mediaType`, `length`, `createdAt`, `updatedAt`, `tags.KEY` and, where the bucket declares it in"
            + " `searchableMetadata`, `metadata.PATH`. Values are texts in quotes, numbers, `true` and `false` as in JSON;"
            + " times are texts such as `\"2026-01-31T00:00:00Z\"`. At most 10 terms and 2048 bytes. Percent-encode it";

    private final FileService files;
    private final Cursors cursors;
    private final ObjectMapper json;
    private final MinimumRate rate;

    BucketFilesResource(FileService files, Cursors cursors, ObjectMapper json, MinimumRate rate) {
        this.files = files;
        this.cursors = cursors;
        this.json = json;
        this.rate = rate;
    }

    @GET
    @Path(FILES)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "listFiles",
            summary = "List a bucket's files, or find some",
            description = LIST_DESCRIPTION)
    @APIResponse(
            responseCode = "200",
            description = "A page of files",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = FilePageView.class)))
    @APIResponse(
            responseCode = "400",
            description = "`invalid-filter`: it cannot be read; `position` and `expected` say where and why."
                    + " `field-not-searchable`: it asks about metadata that the bucket does not declare; `searchable` lists"
                    + " what it does")
    @APIResponse(
            responseCode = "422",
            description = "`search-too-broad`: no index narrows the search enough; add a term that few files meet")
    public Uni<FilePageView> list(
            @PathParam("bucket") String bucket,
            @Parameter(description = "Names begin with this, taken literally", example = "2026/")
                    @QueryParam("prefix")
                    @Nullable
                    String prefix,
            @Parameter(
                            description = LIST_DELIMITER,
                            example = "/",
                            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 64))
                    @QueryParam("delimiter")
                    @Nullable
                    String delimiter,
            @Parameter(
                            description = LIST_FILTER,
                            example = "tags.project = \"apollo\" and length >= 1000",
                            schema = @Schema(type = SchemaType.STRING, maxLength = 2048))
                    @QueryParam("filter")
                    @Nullable
                    String filter,
            @Parameter(
                            description =
                                    "The order, `-` for the reverse; files equal in it are in the order of their names",
                            example = "-updatedAt",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            defaultValue = "name",
                                            pattern = "-?(name|length|createdAt|updatedAt|mediaType)"))
                    @QueryParam("sort")
                    @Nullable
                    String sort,
            @Parameter(
                            description = LIST_FIELDS,
                            example = "name,length",
                            schema = @Schema(type = SchemaType.STRING, maxLength = 256))
                    @QueryParam("fields")
                    @Nullable
                    String fields,
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
        FileMask mask = FileMask.parse(fields);
        ListQuery first = new ListQuery(
                new BucketName(bucket),
                prefix == null ? "" : NamePrefix.require(prefix),
                Optional.ofNullable(delimiter).map(NamePrefix::requireDelimiter),
                PageRequest.sort(sort),
                Optional.ofNullable(filter).map(Filter::parse),
                Optional.empty(),
                PageRequest.limit(limit));
        String listing = listing(first);
        ListQuery query = first.after(Optional.ofNullable(cursor).map(c -> Position.parse(cursors.open(listing, c))));
        return files.list(query).map(page -> view(page, query, mask, listing));
    }

    /** What the cursors of the listing are bound to: no two listings have the same. */
    private static String listing(ListQuery query) {
        return String.join(
                "\u0000",
                "files",
                query.bucket().value(),
                query.sort().toString(),
                query.prefix(),
                query.delimiter().orElse(""),
                query.filter().map(Filter::toString).orElse(""));
    }

    private FilePageView view(FilePage page, ListQuery query, FileMask mask, String listing) {
        return new FilePageView(
                page.files().stream()
                        .map(file -> mask.of(FileView.of(file), json))
                        .toList(),
                query.delimiter().isPresent() ? page.folders() : null,
                page.next()
                        .map(position -> cursors.after(listing, position.toString()))
                        .orElse(null));
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
        return Detached.run(files.store(RequestCaller.of(request), command, UploadRequest.body(request, rate)))
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
                .chain(part -> Detached.run(files.store(
                        RequestCaller.of(request),
                        part.command(bucketName, name).withKey(key).withTerms(terms),
                        part.body())))
                .map(file -> StoredResponse.of(file, request));
    }
}
