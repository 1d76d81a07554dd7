package dev.consigne.http;

import dev.consigne.file.FileRecord;
import io.vertx.core.http.HttpServerRequest;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jboss.resteasy.reactive.RestResponse.Status;
import org.jspecify.annotations.Nullable;

/** The answer to an upload. */
final class StoredResponse {
    private StoredResponse() {}

    /** 201 for a new file, 200 for a new generation of one, or 204 if its client prefers to be told no more. */
    static RestResponse<FileView> of(FileRecord file, HttpServerRequest request) {
        boolean minimal = Preference.minimal(request.headers());
        Status status = file.generation() == 1 ? Status.CREATED : minimal ? Status.NO_CONTENT : Status.OK;
        @Nullable FileView view = minimal ? null : FileView.of(file);
        ResponseBuilder<FileView> answer = ResponseBuilder.create(status, view)
                .header("Location", Api.ROOT + "/files/" + file.id())
                .header("ETag", file.entityTag());
        return (minimal ? answer.header(Preference.APPLIED, Preference.MINIMAL) : answer).build();
    }
}
