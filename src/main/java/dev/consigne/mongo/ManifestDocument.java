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
import dev.consigne.job.Announced;
import java.util.Optional;
import java.util.OptionalInt;
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
        return new Announced(
                new ContentId(UUID.fromString(document.getString("_id").getValue())),
                document.containsKey("chunkLimit")
                        ? OptionalInt.of(document.getNumber("chunkLimit").intValue())
                        : OptionalInt.empty(),
                parse(document));
    }

    static Optional<Manifest> parse(BsonDocument document) {
        if (!document.containsKey("sha256")) {
            return Optional.empty();
        }
        StoredContent content = new StoredContent(
                new ContentId(UUID.fromString(document.getString("_id").getValue())),
                new ContentLayout(
                        document.getInt64("length").getValue(),
                        document.getInt32("chunkSize").getValue()),
                Sha256.of(document.getBinary("sha256").getData()),
                document.getInt64("crc32c").getValue());
        return Optional.of(new Manifest(
                content,
                new BucketName(document.getString("bucket").getValue()),
                new FileName(document.getString("name").getValue()),
                new MediaType(document.getString("mediaType").getValue())));
    }
}
