package dev.consigne.http;

import dev.consigne.file.FileRecord;
import io.vertx.core.http.HttpServerRequest;
import org.jboss.resteasy.reactive.RestResponse;

/** The answer to an upload. */
final class StoredResponse {
    private StoredResponse() {}

    /** 201 for a new file, 200 for a new generation of one, or 204 if its client prefers to be told no more. */
    static RestResponse<FileView> of(FileRecord file, HttpServerRequest request) {
        Exchange.of(request).ifPresent(exchange -> exchange.about(file));
        return Preference.answer(request, file.generation() == 1, FileView.of(file))
                .header("Location", Api.ROOT + "/files/" + file.id())
                .header("ETag", file.entityTag())
                .build();
    }
}
