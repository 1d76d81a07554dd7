package dev.consigne.http;

import dev.consigne.file.BucketName;
import dev.consigne.file.DeletedQuery;
import dev.consigne.file.DeletedQuery.Position;
import dev.consigne.file.FileId;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileVersion;
import dev.consigne.file.FileVersions;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What was deleted from a bucket that keeps it. */
@Path(Api.ROOT + "/buckets")
@Tag(name = "files")
class DeletedFilesResource {
    private final FileVersions versions;
    private final Cursors cursors;

    DeletedFilesResource(FileVersions versions, Cursors cursors) {
        this.versions = versions;
        this.cursors = cursors;
    }

    @GET
    @Path("/{bucket}/deleted")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "listDeletedFiles",
            summary = "List what was deleted from a bucket and can come back",
            description =
                    "Each file with the generation it was deleted with, by the name it had then. Where the bucket keeps no"
                            + " versions, nothing.")
    @APIResponse(
            responseCode = "200",
            description = "A page of deleted files",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = FileVersionView.Page.class)))
    public Uni<FileVersionView.Page> list(
            @Parameter(schema = @Schema(type = SchemaType.STRING, minLength = 3, maxLength = 63)) @PathParam("bucket")
                    String bucket,
            @Parameter(
                            description = "Names begin with this, taken literally",
                            example = "2026/",
                            schema = @Schema(type = SchemaType.STRING, maxLength = 1024))
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
            @Parameter(description = PageRequest.CURSOR, schema = @Schema(type = SchemaType.STRING, maxLength = 8192))
                    @QueryParam("cursor")
                    @Nullable
                    String cursor) {
        BucketName name = new BucketName(bucket);
        String begins = prefix == null ? "" : NamePrefix.require(prefix);
        int size = PageRequest.limit(limit);
        String listing = "deleted\u0000" + name + '\u0000' + begins;
        Optional<Position> after = Optional.ofNullable(cursor).map(sent -> position(cursors.open(listing, sent)));
        return versions.deleted(new DeletedQuery(name, begins, after, size + 1))
                .map(found -> page(found, size, listing));
    }

    private FileVersionView.Page page(List<FileVersion> found, int size, String listing) {
        boolean more = found.size() > size;
        List<FileVersion> shown = more ? found.subList(0, size) : found;
        return new FileVersionView.Page(
                shown.stream().map(FileVersionView::of).toList(),
                more ? cursors.after(listing, place(shown.get(size - 1).file())) : null);
    }

    /** An id has a known length, so that a name may hold what it likes. */
    private static String place(FileRecord file) {
        return file.id() + file.name().value();
    }

    private static Position position(String place) {
        return new Position(place.substring(36), new FileId(UUID.fromString(place.substring(0, 36))));
    }
}
