package dev.consigne.http;

import dev.consigne.file.FileRecord;
import org.jboss.resteasy.reactive.RestResponse;

/** The answer to an upload. */
final class StoredResponse {
    private StoredResponse() {}

    /** 201 for a new file, 200 for a new generation of one. */
    static RestResponse<FileView> of(FileRecord file) {
        boolean created = file.generation() == 1;
        return RestResponse.ResponseBuilder.create(
                        created ? RestResponse.Status.CREATED : RestResponse.Status.OK, FileView.of(file))
                .header("Location", Api.ROOT + "/files/" + file.id())
                .header("ETag", file.entityTag())
                .build();
    }
}
