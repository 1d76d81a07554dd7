package dev.consigne.http;

import dev.consigne.bulk.BulkId;
import dev.consigne.bulk.BulkService;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How far changes to many files are. */
@Path(Api.ROOT + "/bulk")
@Tag(name = "bulk")
class BulkTaskResource {
    /** On the methods and not on the class: only so is another method answered with 405. */
    private static final String TASK = "/{id}";

    private final BulkService bulk;

    BulkTaskResource(BulkService bulk) {
        this.bulk = bulk;
    }

    @GET
    @Path(TASK)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "getBulkTask", summary = "Read how far a bulk task is")
    @APIResponse(
            responseCode = "200",
            description = "The task as it stands now",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = BulkView.class)))
    public Uni<BulkView> get(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id) {
        return bulk.task(taskId(id)).map(BulkView::of);
    }

    @DELETE
    @Path(TASK)
    @Operation(
            operationId = "cancelBulkTask",
            summary = "Stop a bulk task",
            description = "What was done stays done. The task can still be read.")
    @APIResponse(responseCode = "204", description = "No further step is begun")
    public Uni<Void> cancel(
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "uuid")) @PathParam("id") String id) {
        return Detached.run(bulk.cancel(taskId(id)));
    }

    /** What is not an id names no task; the answer is the one an unknown id gets. */
    private static BulkId taskId(String text) {
        if (!FileResource.CANONICAL_UUID.matcher(text).matches()) {
            throw new ServiceException(ErrorCode.TASK_NOT_FOUND, "There is no such bulk task, or it was forgotten.");
        }
        return new BulkId(UUID.fromString(text));
    }
}
