package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;

/** Gives the answer of an earlier upload again, once the body has been found to be the same. */
final class Replay {
    private Replay() {}

    /**
     * Reads the body, up to the first byte that is too many, and keeps nothing of it. One that is not what its sender
     * claims is refused for that, however it differs: it was not meant to be sent.
     */
    static Uni<FileRecord> of(FileRecord answer, UploadCommand command, Multi<ByteBuffer> body) {
        StoredContent stored = answer.content();
        ContentMeter meter = new ContentMeter(answer.length(), command.terms().digests());
        return body.invoke(meter::pass)
                .onItem()
                .ignoreAsUni()
                .onFailure(Replay::isTooLong)
                .transform(failure -> otherBody())
                .invoke(() -> {
                    if (!meter.total(stored.contentId(), stored.layout().chunkSize())
                            .equals(stored)) {
                        throw otherBody();
                    }
                })
                .replaceWith(answer);
    }

    private static boolean isTooLong(Throwable failure) {
        return failure instanceof ServiceException service && service.code() == ErrorCode.CONTENT_TOO_LARGE;
    }

    private static ServiceException otherBody() {
        return IdempotencyKey.reused(
                "An upload with this key was stored with other bytes. Nothing was changed; use a new key.");
    }
}
