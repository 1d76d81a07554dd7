package dev.consigne.crash;

import dev.consigne.error.ServiceException;
import dev.consigne.file.FileName;
import dev.consigne.file.MediaType;
import dev.consigne.file.UploadCommand;
import dev.consigne.memory.Caller;
import dev.consigne.testing.Bytes;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a process is to do before it halts.
 *
 * @param name of the file, in {@link CrashStores#BUCKET}
 * @param length bytes to store, which {@link #bytes} makes
 */
record Orders(Deed deed, String name, int length, Halt halt) {
    /** One call of the service. */
    enum Deed {
        STORE,
        STORE_DECLARED,
        /** The body has one byte less than was declared. */
        STORE_SHORTER_THAN_DECLARED,
        /** The client goes away after the last byte but before the end. */
        STORE_BROKEN_BODY,
        DELETE,
        COLLECT
    }

    private static final int BUFFER_BYTES = 300; // neither a divisor nor a multiple of a chunk

    static Orders store(String name, int length, Halt halt) {
        return new Orders(Deed.STORE, name, length, halt);
    }

    static Orders delete(String name, Halt halt) {
        return new Orders(Deed.DELETE, name, 0, halt);
    }

    static Orders collect(Halt halt) {
        return new Orders(Deed.COLLECT, "-", 0, halt);
    }

    static Orders parse(List<String> arguments) {
        return new Orders(
                Deed.valueOf(arguments.get(0)),
                arguments.get(1),
                Integer.parseInt(arguments.get(2)),
                new Halt(arguments.get(3), Integer.parseInt(arguments.get(4))));
    }

    List<String> arguments() {
        return List.of(deed.name(), name, String.valueOf(length), halt.place(), String.valueOf(halt.nth()));
    }

    /** What the name means once it is stored; no two names have the same. */
    byte[] bytes() {
        return Bytes.seeded(name.hashCode(), length);
    }

    /** Does it. A refusal of the service is an answer too. */
    Uni<Void> carryOut(WiredService service) {
        Uni<?> work = switch (deed) {
            case STORE -> service.files().store(Caller.UNKNOWN, command(OptionalLong.empty()), body());
            case STORE_DECLARED -> service.files().store(Caller.UNKNOWN, command(OptionalLong.of(length)), body());
            case STORE_SHORTER_THAN_DECLARED ->
                service.files().store(Caller.UNKNOWN, command(OptionalLong.of(length + 1L)), body());
            case STORE_BROKEN_BODY ->
                service.files().store(Caller.UNKNOWN, command(OptionalLong.empty()), brokenBody());
            case DELETE -> service.files().delete(CrashStores.BUCKET, new FileName(name));
            case COLLECT -> service.collector().step();
        };
        return work.replaceWithVoid()
                .onFailure(failure -> failure instanceof ServiceException || failure instanceof IOException)
                .recoverWithNull();
    }

    private UploadCommand command(OptionalLong declared) {
        return new UploadCommand(CrashStores.BUCKET, new FileName(name), MediaType.OCTET_STREAM, declared);
    }

    private Multi<ByteBuffer> body() {
        return Bytes.body(bytes(), BUFFER_BYTES);
    }

    private Multi<ByteBuffer> brokenBody() {
        return Multi.createBy()
                .concatenating()
                .streams(body(), Multi.createFrom().failure(new IOException("the client has gone")));
    }
}
