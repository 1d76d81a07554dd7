package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.Bucket;
import dev.consigne.file.BucketCatalog;
import dev.consigne.file.BucketName;
import dev.consigne.file.BucketSettings;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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

/** The buckets. */
@Path(Api.ROOT + "/buckets")
@Tag(name = "buckets")
class BucketResource {
    private static final String LISTING = "buckets";
    private static final Duration SHORTEST_RETENTION = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETENTION = Duration.ofDays(36500);

    private final BucketCatalog buckets;
    private final Cursors cursors;
    private final JsonBody json;

    BucketResource(BucketCatalog buckets, Cursors cursors, JsonBody json) {
        this.buckets = buckets;
        this.cursors = cursors;
        this.json = json;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "listBuckets", summary = "List the buckets")
    @APIResponse(
            responseCode = "200",
            description = "A page of buckets",
            content =
                    @Content(mediaType = "application/json", schema = @Schema(implementation = BucketView.Page.class)))
    public Uni<BucketView.Page> list(
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
        int size = PageRequest.limit(limit);
        Optional<String> after = Optional.ofNullable(cursor).map(c -> cursors.open(LISTING, c));
        return buckets.list(after, size + 1).map(found -> page(found, size));
    }

    private BucketView.Page page(List<Bucket> found, int size) {
        boolean more = found.size() > size;
        List<Bucket> shown = more ? found.subList(0, size) : found;
        String next = more ? cursors.after(LISTING, shown.get(size - 1).name().value()) : null;
        return new BucketView.Page(shown.stream().map(BucketView::of).toList(), next);
    }

    @PUT
    @Path("/{bucket}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "putBucket",
            summary = "Create a bucket or change its settings",
            description = "The body replaces all settings; without one they are the defaults.")
    @RequestBody(
            description = "Settings",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = BucketView.Settings.class)))
    @APIResponse(
            responseCode = "201",
            description = "The bucket was created",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = BucketView.class)))
    @APIResponse(
            responseCode = "200",
            description = "The bucket has the settings",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = BucketView.class)))
    @APIResponse(
            responseCode = "409",
            description =
                    "`too-many-files`: other metadata shall be searchable, and the bucket has more than 10,000 files")
    public Uni<RestResponse<BucketView>> put(@PathParam("bucket") String bucket, @Context HttpServerRequest request) {
        UploadRequest.requireUnconditional(request);
        BucketName name = new BucketName(bucket);
        return json.read(request, BucketView.Settings.class, BucketView.Settings.DEFAULT)
                .chain(settings -> put(name, settings))
                .map(stored -> answer(stored, request));
    }

    @GET
    @Path("/{bucket}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "getBucket", summary = "Read a bucket's settings")
    @APIResponse(
            responseCode = "200",
            description = "The bucket",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = BucketView.class)))
    public Uni<BucketView> get(@PathParam("bucket") String bucket) {
        BucketName name = new BucketName(bucket);
        return buckets.find(name).map(found -> found.map(BucketView::of).orElseThrow(() -> none(name)));
    }

    @DELETE
    @Path("/{bucket}")
    @Operation(operationId = "deleteBucket", summary = "Delete an empty bucket")
    @APIResponse(responseCode = "204", description = "The bucket is gone")
    @APIResponse(responseCode = "409", description = "`bucket-not-empty`: files are in it, or uploads run")
    public Uni<Void> delete(@PathParam("bucket") String bucket, @Context HttpServerRequest request) {
        UploadRequest.requireUnconditional(request);
        BucketName name = new BucketName(bucket);
        return Detached.run(buckets.delete(name))
                .invoke(gone -> {
                    if (!gone) {
                        throw none(name);
                    }
                })
                .replaceWithVoid();
    }

    private Uni<BucketCatalog.Stored> put(BucketName name, BucketView.Settings settings) {
        return Detached.run(buckets.put(
                name,
                new BucketSettings(
                        atLeastOne("maxFileBytes", settings.maxFileBytes()),
                        atLeastOne("maxBytes", settings.maxBytes()),
                        Boolean.TRUE.equals(settings.requirePreconditions()),
                        searchable(settings.searchableMetadata()),
                        Boolean.TRUE.equals(settings.versioning()),
                        Optional.ofNullable(settings.versionRetention()).map(BucketResource::retention))));
    }

    @SuppressWarnings("NullAway") // JSON may hold null where the type has none
    private static List<String> searchable(@Nullable List<String> paths) {
        if (paths == null) {
            return List.of();
        }
        if (paths.stream().anyMatch(path -> path == null)) {
            throw new ServiceException(ErrorCode.INVALID_BODY, "searchableMetadata holds null.")
                    .with("pointer", "/searchableMetadata");
        }
        return paths;
    }

    private static Duration retention(String text) {
        try {
            Duration retention = Duration.parse(text);
            if (retention.compareTo(SHORTEST_RETENTION) >= 0
                    && retention.compareTo(LONGEST_RETENTION) <= 0
                    && retention.equals(Duration.ofSeconds(retention.toSeconds()))) {
                return retention;
            }
        } catch (DateTimeParseException e) {
            throw noRetention(text, e);
        }
        throw noRetention(text, null);
    }

    private static ServiceException noRetention(String text, @Nullable Throwable cause) {
        return new ServiceException(
                        ErrorCode.INVALID_BODY,
                        "versionRetention is '" + text
                                + "' and must be an ISO 8601 duration from PT1S to P36500D, as P30D.",
                        cause)
                .with("pointer", "/versionRetention");
    }

    private static RestResponse<BucketView> answer(BucketCatalog.Stored stored, HttpServerRequest request) {
        return Preference.answer(request, stored.created(), BucketView.of(stored.bucket()))
                .header("Location", Api.ROOT + "/buckets/" + stored.bucket().name())
                .build();
    }

    private static OptionalLong atLeastOne(String field, @Nullable Long bytes) {
        if (bytes == null) {
            return OptionalLong.empty();
        }
        if (bytes < 1) {
            throw new ServiceException(ErrorCode.INVALID_BODY, field + " is " + bytes + " and must be at least 1.")
                    .with("pointer", "/" + field);
        }
        return OptionalLong.of(bytes);
    }

    private static ServiceException none(BucketName name) {
        return new ServiceException(ErrorCode.BUCKET_NOT_FOUND, "There is no bucket '" + name + "'.");
    }
}
