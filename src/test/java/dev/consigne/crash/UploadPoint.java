package dev.consigne.crash;

import static dev.consigne.testing.PublishOnTheWire.COMMIT;
import static dev.consigne.testing.PublishOnTheWire.NEW_FILE;

import dev.consigne.crash.Blow.Halts;
import dev.consigne.crash.Blow.WaitsForMongo;
import dev.consigne.crash.Blow.WaitsForPostgres;
import dev.consigne.crash.Orders.Deed;
import dev.consigne.file.ProtocolStep;
import dev.consigne.testing.HoldingProxy.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A place in an upload at which the process dies, and what it then leaves.
 *
 * @param number as in the table of crash points
 * @param atLeast chunks that must be there
 * @param atMost chunks that may be there
 */
record UploadPoint(String number, String place, Deed deed, Blow blow, Left left, int atLeast, int atMost) {
    private static final String MANIFEST = "sha256\0"; // no other document has this field

    /** All of them for content of this shape, in the order of the protocol. */
    static List<UploadPoint> of(Shape shape) {
        int all = shape.chunks();
        List<UploadPoint> points = new ArrayList<>(beforeChunks());
        points.addAll(shape.declared() ? sealedFirst(all) : announcedFirst(all));
        points.addAll(failing(all));
        points.addAll(atTheCommit(all, shape == Shape.OVERWRITE ? COMMIT : NEW_FILE));
        return shape.declared() ? points.stream().map(UploadPoint::declared).toList() : points;
    }

    private UploadPoint declared() {
        Deed whole = deed == Deed.STORE ? Deed.STORE_DECLARED : deed;
        return new UploadPoint(number, place, whole, blow, left, atLeast, atMost);
    }

    private static List<UploadPoint> beforeChunks() {
        String bucket = CrashStores.BUCKET.value(); // a parameter of the first statement, not of any before
        return List.of(
                at("C2", "intent not arrived", new WaitsForPostgres(Part.REQUEST, bucket), Left.NOTHING, 0, 0),
                at("C2", "intent not answered", new WaitsForPostgres(Part.ANSWER, bucket), Left.INTENT, 0, 0),
                at("C3", "after the intent", new Halts(Halt.at(ProtocolStep.INTENT_WRITTEN)), Left.INTENT, 0, 0));
    }

    private static List<UploadPoint> announcedFirst(int all) {
        List<UploadPoint> points = new ArrayList<>();
        points.add(at("C3", "after the announcement", halt(ProtocolStep.ANNOUNCED), Left.INTENT, 0, 0));
        for (int chunk = 1; chunk <= all; chunk++) {
            Halt halt = Halt.at(ProtocolStep.CHUNK_WRITTEN, chunk);
            points.add(at("C4", "after chunk " + chunk, new Halts(halt), Left.INTENT, chunk, all));
        }
        if (all > 0) {
            Blow arriving = new WaitsForMongo(Part.REQUEST, key(all - 1));
            Blow answered = new WaitsForMongo(Part.ANSWER, key(all - 1));
            points.add(at("C5", "chunk not arrived", arriving, Left.INTENT, 0, all - 1));
            points.add(at("C5", "chunk not answered", answered, Left.INTENT, 1, all));
        }
        points.add(at("C7", "after all chunks", halt(ProtocolStep.CHUNKS_WRITTEN), Left.INTENT, all, all));
        points.addAll(atTheManifest(Left.WHOLE, all));
        return points;
    }

    /** One chunk or none: the manifest comes first, and does not say that its chunk is there. */
    private static List<UploadPoint> sealedFirst(int all) {
        List<UploadPoint> points = new ArrayList<>(atTheManifest(all == 0 ? Left.WHOLE : Left.SEALED, 0));
        if (all == 1) {
            points.add(at("C4", "after chunk 1", halt(ProtocolStep.CHUNK_WRITTEN), Left.WHOLE, 1, 1));
            points.add(at("C5", "chunk not arrived", new WaitsForMongo(Part.REQUEST, key(0)), Left.SEALED, 0, 0));
            points.add(at("C5", "chunk not answered", new WaitsForMongo(Part.ANSWER, key(0)), Left.WHOLE, 1, 1));
        }
        points.add(at("C7", "after all chunks", halt(ProtocolStep.CHUNKS_WRITTEN), Left.WHOLE, all, all));
        return points;
    }

    private static List<UploadPoint> atTheManifest(Left sealed, int chunks) {
        return List.of(
                at(
                        "C8",
                        "manifest not arrived",
                        new WaitsForMongo(Part.REQUEST, MANIFEST),
                        Left.INTENT,
                        chunks,
                        chunks),
                at("C8", "manifest not answered", new WaitsForMongo(Part.ANSWER, MANIFEST), sealed, chunks, chunks),
                at("C9", "after the manifest", halt(ProtocolStep.SEALED), sealed, chunks, chunks));
    }

    /** The service knows that it failed, and dies before it has said so in the row. */
    private static List<UploadPoint> failing(int all) {
        Blow halt = new Halts(Halt.at(ProtocolStep.UPLOAD_FAILED));
        return List.of(
                new UploadPoint(
                        "C6", "length found wrong", Deed.STORE_SHORTER_THAN_DECLARED, halt, Left.INTENT, 0, all),
                new UploadPoint("C15", "client gone", Deed.STORE_BROKEN_BODY, halt, Left.INTENT, 0, all));
    }

    private static List<UploadPoint> atTheCommit(int all, String commit) {
        return List.of(
                at("C10", "commit not arrived", new WaitsForPostgres(Part.REQUEST, commit), Left.WHOLE, all, all),
                at("C11", "commit not answered", new WaitsForPostgres(Part.ANSWER, commit), Left.PUBLISHED, all, all),
                at("C13", "after the commit", halt(ProtocolStep.PUBLISHED), Left.PUBLISHED, all, all),
                at("C14", "after the answer", new Halts(Halt.ANSWERED), Left.PUBLISHED, all, all));
    }

    private static String key(int chunk) {
        return String.format(Locale.ROOT, ":%08d", chunk);
    }

    private static Blow halt(ProtocolStep step) {
        return new Halts(Halt.at(step));
    }

    private static UploadPoint at(String number, String place, Blow blow, Left left, int atLeast, int atMost) {
        return new UploadPoint(number, place, Deed.STORE, blow, left, atLeast, atMost);
    }
}
