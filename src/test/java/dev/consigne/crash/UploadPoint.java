package dev.consigne.crash;

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
    private static final String COMMIT = "COMMIT\0";
    private static final String MANIFEST = "sha256\0"; // no other document has this field

    /** All of them for content of this shape, in the order of the protocol. */
    static List<UploadPoint> of(Shape shape) {
        int all = shape.chunks();
        List<UploadPoint> points = new ArrayList<>(beforeChunks());
        for (int chunk = 1; chunk <= all; chunk++) {
            Halt halt = Halt.at(ProtocolStep.CHUNK_WRITTEN, chunk);
            points.add(at("C4", "after chunk " + chunk, new Halts(halt), Left.INTENT, chunk, all));
        }
        if (all > 0) {
            points.addAll(atTheLastChunk(all));
        }
        points.addAll(failing(all));
        points.addAll(afterChunks(all));
        return points;
    }

    private static List<UploadPoint> beforeChunks() {
        String bucket = CrashStores.BUCKET.value(); // a parameter of the first statement, not of any before
        return List.of(
                at("C2", "intent not arrived", new WaitsForPostgres(Part.REQUEST, bucket), Left.NOTHING, 0, 0),
                at("C2", "intent not answered", new WaitsForPostgres(Part.ANSWER, bucket), Left.INTENT, 0, 0),
                at("C3", "after the intent", new Halts(Halt.at(ProtocolStep.INTENT_WRITTEN)), Left.INTENT, 0, 0),
                at("C3", "after the announcement", new Halts(Halt.at(ProtocolStep.ANNOUNCED)), Left.INTENT, 0, 0));
    }

    private static List<UploadPoint> atTheLastChunk(int all) {
        String key = String.format(Locale.ROOT, ":%08d", all - 1);
        return List.of(
                at("C5", "chunk not arrived", new WaitsForMongo(Part.REQUEST, key), Left.INTENT, 0, all - 1),
                at("C5", "chunk not answered", new WaitsForMongo(Part.ANSWER, key), Left.INTENT, 1, all));
    }

    /** The service knows that it failed, and dies before it has said so in the row. */
    private static List<UploadPoint> failing(int all) {
        Blow halt = new Halts(Halt.at(ProtocolStep.UPLOAD_FAILED));
        return List.of(
                new UploadPoint(
                        "C6", "length found wrong", Deed.STORE_SHORTER_THAN_DECLARED, halt, Left.INTENT, 0, all),
                new UploadPoint("C15", "client gone", Deed.STORE_BROKEN_BODY, halt, Left.INTENT, 0, all));
    }

    private static List<UploadPoint> afterChunks(int all) {
        return List.of(
                at("C7", "after all chunks", halt(ProtocolStep.CHUNKS_WRITTEN), Left.INTENT, all, all),
                at("C8", "manifest not arrived", new WaitsForMongo(Part.REQUEST, MANIFEST), Left.INTENT, all, all),
                at("C8", "manifest not answered", new WaitsForMongo(Part.ANSWER, MANIFEST), Left.WHOLE, all, all),
                at("C9", "after the manifest", halt(ProtocolStep.SEALED), Left.WHOLE, all, all),
                at("C10", "commit not arrived", new WaitsForPostgres(Part.REQUEST, COMMIT), Left.WHOLE, all, all),
                at("C11", "commit not answered", new WaitsForPostgres(Part.ANSWER, COMMIT), Left.PUBLISHED, all, all),
                at("C13", "after the commit", halt(ProtocolStep.PUBLISHED), Left.PUBLISHED, all, all),
                at("C14", "after the answer", new Halts(Halt.ANSWERED), Left.PUBLISHED, all, all));
    }

    private static Blow halt(ProtocolStep step) {
        return new Halts(Halt.at(step));
    }

    private static UploadPoint at(String number, String place, Blow blow, Left left, int atLeast, int atMost) {
        return new UploadPoint(number, place, Deed.STORE, blow, left, atLeast, atMost);
    }
}
