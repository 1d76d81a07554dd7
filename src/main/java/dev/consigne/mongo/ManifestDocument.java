package dev.consigne.mongo;

import com.mongodb.client.model.Updates;
import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.ContentLayout;
import dev.consigne.file.FileName;
import dev.consigne.file.Manifest;
import dev.consigne.file.MediaType;
import dev.consigne.file.Sha256;
import dev.consigne.file.StoredContent;
import dev.consigne.file.UnreadableManifestException;
import dev.consigne.job.Announced;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.conversions.Bson;

/** A manifest as a document; an announcement is the same document without what is known at the end. */
final class ManifestDocument {
    private static final BsonInt32 VERSION = new BsonInt32(1);

    /** All that is known before the end. */
    private static final Set<String> ANNOUNCED = Set.of("_id", "v", "chunkLimit");

    private ManifestDocument() {}

    /** The change that makes the document or raises its limit; one that is sealed already keeps what it says. */
    static Bson announcing(int chunkLimit) {
        return Updates.combine(Updates.setOnInsert("v", VERSION), Updates.max("chunkLimit", chunkLimit));
    }

    static BsonDocument byId(ContentId contentId) {
        return new BsonDocument("_id", new BsonString(contentId.toString()));
    }

    static BsonDocument of(Manifest manifest) {
        StoredContent content = manifest.content();
        return byId(content.contentId())
                .append("v", VERSION)
                .append("chunkLimit", new BsonInt32(content.layout().chunkCount()))
                .append("bucket", new BsonString(manifest.bucket().value()))
                .append("name", new BsonString(manifest.name().value()))
                .append("mediaType", new BsonString(manifest.mediaType().value()))
                .append("length", new BsonInt64(content.layout().length()))
                .append("chunkSize", new BsonInt32(content.layout().chunkSize()))
                .append("chunkCount", new BsonInt32(content.layout().chunkCount()))
                .append("sha256", new BsonBinary(content.sha256().bytes()))
                .append("crc32c", new BsonInt64(content.crc32c()));
    }

    static Announced announced(BsonDocument document) {
        ContentId id = new ContentId(UUID.fromString(document.getString("_id").getValue()));
        OptionalInt chunkLimit = document.containsKey("chunkLimit") && document.isNumber("chunkLimit")
                ? OptionalInt.of(document.getNumber("chunkLimit").intValue())
                : OptionalInt.empty();
        try {
            return new Announced(id, chunkLimit, parse(document), Optional.empty());
        } catch (UnreadableManifestException unreadable) {
            return new Announced(
                    id, chunkLimit, Optional.empty(), Optional.of(String.valueOf(unreadable.getMessage())));
        }
    }

    /** Empty for an announcement; throws {@link UnreadableManifestException} for what is more and no manifest either. */
    static Optional<Manifest> parse(BsonDocument document) {
        if (ANNOUNCED.containsAll(document.keySet())) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(document));
        } catch (RuntimeException invalid) {
            throw new UnreadableManifestException(invalid);
        }
    }

    /** Tools that restore documents may write a small number as the smaller type. */
    private static Manifest read(BsonDocument document) {
        StoredContent content = new StoredContent(
                new ContentId(UUID.fromString(document.getString("_id").getValue())),
                new ContentLayout(
                        document.getNumber("length").longValue(),
                        document.getNumber("chunkSize").intValue()),
                Sha256.of(document.getBinary("sha256").getData()),
                document.getNumber("crc32c").longValue());
        return new Manifest(
                content,
                new BucketName(document.getString("bucket").getValue()),
                new FileName(document.getString("name").getValue()),
                new MediaType(document.getString("mediaType").getValue()));
    }
}
