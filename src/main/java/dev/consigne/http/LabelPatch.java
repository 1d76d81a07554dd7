package dev.consigne.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.Labels;
import dev.consigne.file.MediaType;
import dev.consigne.file.Metadata;
import dev.consigne.file.Tags;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A change of what is said about a file, as a JSON merge patch (RFC 7396) of its record. Null takes a member away; null
 * for all metadata or all tags takes all away.
 */
record LabelPatch(
        @Nullable JsonNode metadata,
        @Nullable JsonNode tags,
        @Nullable MediaType mediaType) {

    /** As it stands in the contract. */
    @Schema(name = "FilePatch", description = "A JSON merge patch (RFC 7396): what is not mentioned stays")
    record Form(
            @Schema(
                    examples = "{\"reviewed\":true,\"draft\":null}",
                    description = "Merged into the metadata; null members are removed, null for all removes all")
            @Nullable
            Map<String, Object> metadata,

            @Schema(
                    additionalProperties = TagValue.class,
                    examples = "{\"status\":\"final\",\"draft\":null}",
                    description = "Merged into the tags; values are texts, null removes a tag")
            @Nullable
            Map<String, String> tags,

            @Schema(examples = "application/pdf", description = "What the bytes are") @Nullable
            String mediaType) {}

    /** A tag's new value, or null to take it away. */
    @Schema(
            name = "TagValue",
            type = SchemaType.STRING,
            nullable = true,
            examples = "final",
            description = "The tag's value; null removes it")
    interface TagValue {}

    /** @throws ServiceException {@link ErrorCode#INVALID_BODY} or {@link ErrorCode#UNKNOWN_FIELD}, with a JSON pointer */
    static LabelPatch of(JsonNode body) {
        if (!body.isObject()) {
            throw invalid("", "The body must be a JSON object: a merge patch of the file's record.");
        }
        body.fieldNames().forEachRemaining(LabelPatch::requireKnown);
        return new LabelPatch(object(body, "metadata"), object(body, "tags"), mediaType(body.get("mediaType")));
    }

    /** What is said once the change is made. */
    Labels applyTo(Labels labels) {
        return new Labels(
                mediaType == null ? labels.mediaType() : mediaType,
                metadata == null ? labels.metadata() : merged(labels.metadata(), metadata),
                tags == null ? labels.tags() : merged(labels.tags(), tags));
    }

    private static Metadata merged(Metadata before, JsonNode patch) {
        if (patch.isNull()) {
            return Metadata.NONE;
        }
        MetadataJson.require(patch); // before anything goes down into it
        return MetadataJson.of(MergePatch.apply(MetadataJson.tree(before), patch));
    }

    private static Tags merged(Tags before, JsonNode patch) {
        if (patch.isNull()) {
            return Tags.NONE;
        }
        Map<String, String> after = new TreeMap<>(before.values());
        for (Map.Entry<String, JsonNode> tag : patch.properties()) {
            if (tag.getValue().isNull()) {
                after.remove(tag.getKey());
            } else if (tag.getValue().isTextual()) {
                after.put(tag.getKey(), tag.getValue().textValue());
            } else {
                throw invalid("/tags/" + escaped(tag.getKey()), "A tag's value is a text, or null to remove it.");
            }
        }
        return Tags.of(after);
    }

    private static @Nullable JsonNode object(JsonNode body, String field) {
        JsonNode value = body.get(field);
        if (value != null && !value.isObject() && !value.isNull()) {
            throw invalid("/" + field, field + " must be a JSON object, or null to remove all.");
        }
        return value;
    }

    private static @Nullable MediaType mediaType(@Nullable JsonNode value) {
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            throw invalid("/mediaType", "mediaType must be a text and cannot be removed.");
        }
        return new MediaType(value.textValue());
    }

    private static void requireKnown(String field) {
        switch (field) {
            case "metadata", "tags", "mediaType" -> {}
            default ->
                throw new ServiceException(
                                ErrorCode.UNKNOWN_FIELD,
                                "There is no field '" + field + "' to change: metadata, tags and mediaType can be.")
                        .with("pointer", "/" + escaped(field));
        }
    }

    private static String escaped(String member) {
        return member.replace("~", "~0").replace("/", "~1");
    }

    private static ServiceException invalid(String pointer, String detail) {
        return new ServiceException(ErrorCode.INVALID_BODY, detail).with("pointer", pointer);
    }
}
