package dev.consigne.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.Metadata;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Metadata as JSON trees, and the rules for what PostgreSQL must be able to keep exactly: depth, numbers, characters.
 * Numbers keep all their digits.
 */
final class MetadataJson {
    /** Levels of objects and arrays, the outermost included. */
    static final int MAX_DEPTH = 32;

    /** Powers of ten. PostgreSQL writes each number out in full when it is read. */
    private static final int MAX_EXPONENT = 400;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(Integer.MAX_VALUE) // ours is lower and says so
                            .maxNumberLength(1000)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private MetadataJson() {}

    /** The tree of what is kept. */
    static JsonNode tree(Metadata metadata) {
        try {
            return MAPPER.readTree(metadata.json());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("metadata in the catalog are JSON", e);
        }
    }

    /**
     * What a client says.
     *
     * @throws ServiceException {@link ErrorCode#INVALID_METADATA}, {@link ErrorCode#METADATA_TOO_DEEP}, {@link
     *     ErrorCode#METADATA_TOO_LARGE}
     */
    static Metadata parse(String json) {
        try {
            return of(MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            throw JsonBody.located(
                    new ServiceException(ErrorCode.INVALID_METADATA, "The metadata are not valid JSON.", e), e);
        }
    }

    /** As {@link #parse}, of a tree. */
    static Metadata of(@Nullable JsonNode tree) {
        if (tree == null || !tree.isObject()) {
            throw new ServiceException(ErrorCode.INVALID_METADATA, "The metadata are not a JSON object.");
        }
        require(tree);
        return Metadata.said(tree.toString());
    }

    /** The rules but for that of the size. Without recursion: how deep it goes is what is to be found out. */
    static void require(JsonNode root) {
        Deque<Deque<JsonNode>> levels = new ArrayDeque<>();
        levels.push(new ArrayDeque<>(List.of(root)));
        while (!levels.isEmpty()) {
            JsonNode node = levels.element().poll();
            if (node == null) {
                levels.pop();
            } else if (node.isContainerNode()) {
                if (levels.size() > MAX_DEPTH) {
                    throw new ServiceException(
                                    ErrorCode.METADATA_TOO_DEEP,
                                    "The metadata are nested more than " + MAX_DEPTH + " levels deep.")
                            .with("limit", MAX_DEPTH);
                }
                node.fieldNames().forEachRemaining(MetadataJson::requireText);
                Deque<JsonNode> children = new ArrayDeque<>();
                node.forEach(children::add);
                levels.push(children);
            } else {
                requireScalar(node);
            }
        }
    }

    private static void requireScalar(JsonNode node) {
        if (node.isTextual()) {
            requireText(node.textValue());
        } else if (node.isNumber()) {
            BigDecimal number = node.decimalValue();
            long exponent = (long) number.precision() - number.scale();
            if (Math.abs(exponent) > MAX_EXPONENT + 1 || Math.abs((long) number.scale()) > 2L * MAX_EXPONENT) {
                throw new ServiceException(
                                ErrorCode.INVALID_METADATA,
                                "A number in the metadata is beyond 1e" + MAX_EXPONENT + " or 1e-" + MAX_EXPONENT + ".")
                        .with("limit", MAX_EXPONENT);
            }
        }
    }

    private static void requireText(String text) {
        text.codePoints().forEach(point -> {
            if (point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)) {
                throw new ServiceException(
                        ErrorCode.INVALID_METADATA, "The metadata hold U+0000 or half a surrogate pair.");
            }
        });
    }
}
