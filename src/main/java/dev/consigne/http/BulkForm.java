package dev.consigne.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.bulk.BulkChange;
import dev.consigne.bulk.BulkOrder;
import dev.consigne.bulk.Selection;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.FileId;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.Tags;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What to do with which files, as it is sent. */
@RegisterForReflection // read by hand, so the native build does not see that it is
@Schema(name = "BulkChange", description = "What to do with which files: either `ids` or `prefix`")
record BulkForm(
        @Schema(
                required = true,
                enumeration = {"delete", "tag", "move"},
                examples = "move",
                description = "What to do with each")
        @Nullable
        String operation,

        @Schema(
                examples = "[\"018f3f2a-7b1c-7d2e-9f3a-4b5c6d7e8f90\"]",
                maxItems = 1000,
                description = "The files, 1 to 1000; one that is not in the bucket is reported as failed")
        @Nullable
        List<UUID> ids,

        @Schema(
                examples = "2025/drafts/",
                description = "All files whose names begin with this; at least one character")
        @Nullable
        String prefix,

        @Schema(
                implementation = Object.class,
                examples = "{\"status\":\"final\",\"draft\":null}",
                description = "For tag: values by key; null takes a tag away")
        @Nullable
        JsonNode tags,

        @Schema(description = "For move: where to") @Nullable
        Target to) {
    static final BulkForm NOTHING = new BulkForm(null, null, null, null, null);

    /** Where files shall go. */
    @RegisterForReflection
    @Schema(name = "BulkTarget", description = "Where files shall go")
    record Target(
            @Schema(examples = "archive", description = "The bucket; absent: theirs") @Nullable
            String bucket,

            @Schema(
                    examples = "2025/final/",
                    description =
                            "Takes the place of the prefix they were selected by, or is put before the last segment of"
                                    + " their names; absent: nothing")
            @Nullable
            String prefix) {}

    /** @throws ServiceException {@link ErrorCode#INVALID_BODY} with a JSON pointer, and as names and tags are refused */
    BulkOrder order(BucketName bucket, Optional<IdempotencyKey> key) {
        return new BulkOrder(bucket, selection(), change(), key);
    }

    private Selection selection() {
        if ((ids == null) == (prefix == null)) {
            throw invalid("/ids", "Say which files: ids or prefix, and one of them only.");
        }
        if (ids != null) {
            return new Selection.Ids(ids.stream().map(FileId::new).toList());
        }
        if (prefix.isEmpty()) {
            throw invalid(
                    "/prefix", "prefix is empty: all files of a bucket are not changed by leaving something out.");
        }
        return new Selection.Prefix(NamePrefix.require(prefix));
    }

    private BulkChange change() {
        return switch (operation == null ? "" : operation) {
            case "delete" -> new BulkChange.Delete();
            case "tag" -> new BulkChange.Tag(patch());
            case "move" -> move();
            default -> throw invalid("/operation", "operation must be delete, tag or move.");
        };
    }

    private BulkChange move() {
        if (to == null || (to.bucket() == null && to.prefix() == null)) {
            throw invalid("/to", "to is missing: the bucket or the prefix that the files shall have.");
        }
        return new BulkChange.Move(
                Optional.ofNullable(to.bucket()).map(BucketName::new),
                to.prefix() == null || to.prefix().isEmpty() ? "" : NamePrefix.require(to.prefix()));
    }

    private Map<String, Optional<String>> patch() {
        if (tags == null || !tags.isObject() || tags.isEmpty()) {
            throw invalid("/tags", "tags is missing: an object of texts, or null to take a tag away.");
        }
        Map<String, Optional<String>> patch = new HashMap<>();
        Map<String, String> set = new HashMap<>();
        for (Map.Entry<String, JsonNode> tag : tags.properties()) {
            if (!tag.getValue().isTextual() && !tag.getValue().isNull()) {
                throw invalid("/tags", "A tag's value is a text, or null to take it away.");
            }
            patch.put(tag.getKey(), Optional.ofNullable(tag.getValue().textValue()));
            set.put(tag.getKey(), tag.getValue().isNull() ? "" : tag.getValue().textValue());
        }
        Tags.of(set); // refuses what no file could have
        return patch;
    }

    private static ServiceException invalid(String pointer, String detail) {
        return new ServiceException(ErrorCode.INVALID_BODY, detail).with("pointer", pointer);
    }
}
