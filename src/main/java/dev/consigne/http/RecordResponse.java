package dev.consigne.http;

import dev.consigne.file.FileRecord;
import dev.consigne.file.Preconditions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;

/** A file's record as an answer. Its entity tag is that of the record, not of the bytes. */
final class RecordResponse {
    private RecordResponse() {}

    static RestResponse<FileView> of(FileRecord file) {
        return with(file, RestResponse.ResponseBuilder.ok(FileView.of(file)));
    }

    /** The answer to a change of it: 200, or 204 if its client prefers to be told no more. */
    static RestResponse<FileView> changed(FileRecord file, HttpServerRequest request) {
        Exchange.of(request).ifPresent(exchange -> exchange.about(file));
        return with(file, Preference.answer(request, false, FileView.of(file)));
    }

    /** 200, or 304 if the client knows it already. */
    static RestResponse<FileView> read(FileRecord file, Preconditions conditions) {
        return switch (conditions.forRead(file.ofRecord())) {
            case PROCEED -> of(file);
            case NOT_MODIFIED -> with(file, RestResponse.ResponseBuilder.create(RestResponse.Status.NOT_MODIFIED));
            case FAILED -> throw Preconditions.failed(Optional.of(file.ofRecord()));
        };
    }

    private static RestResponse<FileView> with(FileRecord file, RestResponse.ResponseBuilder<FileView> answer) {
        return answer.header("ETag", file.recordTag())
                .header("Last-Modified", HttpDate.of(file.changedAt()))
                .header("Cache-Control", "private, no-cache")
                .build();
    }
}
