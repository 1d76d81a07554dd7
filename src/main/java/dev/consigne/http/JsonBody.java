package dev.consigne.http;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** JSON request bodies: small, strict, and read without ever holding more than their limit. */
@Singleton
class JsonBody {
    static final String MERGE_PATCH = "application/merge-patch+json";

    private static final int MAX_BYTES = 64 * 1024;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final ObjectMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_BYTES) // that of metadata is limited where they are
                            .maxDocumentLength(MAX_BYTES)
                            .maxNumberLength(64)
                            .maxStringLength(MAX_BYTES)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .defaultSetterInfo(
                    JsonSetter.Value.forContentNulls(Nulls.FAIL)) // no list or map of ours has a place for it
            .withCoercionConfig(LogicalType.Textual, JsonBody::textsOnly)
            .build();

    private final MinimumRate rate;

    JsonBody(MinimumRate rate) {
        this.rate = rate;
    }

    /**
     * @param absent the value if there is no body
     * @return fails with {@link ErrorCode#INVALID_BODY}, {@link ErrorCode#UNKNOWN_FIELD} (both with a JSON pointer), {@link
     *     ErrorCode#UNSUPPORTED_MEDIA_TYPE} or {@link ErrorCode#CONTENT_TOO_LARGE}
     */
    <T> Uni<T> read(HttpServerRequest request, Class<T> type, T absent) {
        return bytes(request)
                .map(bytes ->
                        bytes.size() == 0 ? absent : parse(request, bytes.toByteArray(), type, "application/json"));
    }

    /**
     * A merge patch (RFC 7396) as it stands, its numbers with all their digits.
     *
     * @return fails as {@link #read} does
     */
    Uni<JsonNode> readPatch(HttpServerRequest request) {
        return bytes(request).map(bytes -> parse(request, bytes.toByteArray(), JsonNode.class, MERGE_PATCH));
    }

    private static void textsOnly(MutableCoercionConfig texts) {
        texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    }

    private Uni<ByteArrayOutputStream> bytes(HttpServerRequest request) {
        Multi<ByteBuffer> body = UploadRequest.body(request, rate);
        return body.collect().in(ByteArrayOutputStream::new, JsonBody::append);
    }

    private static void append(ByteArrayOutputStream bytes, ByteBuffer next) {
        if (bytes.size() + next.remaining() > MAX_BYTES) {
            throw new ServiceException(
                            ErrorCode.CONTENT_TOO_LARGE,
                            "The body is larger than the " + MAX_BYTES + " bytes allowed here.")
                    .with("limit", MAX_BYTES);
        }
        byte[] copy = new byte[next.remaining()];
        next.get(copy);
        bytes.writeBytes(copy);
    }

    private <T> T parse(HttpServerRequest request, byte[] bytes, Class<T> type, String mediaType) {
        String contentType =
                UploadRequest.mediaType(request.getHeader("Content-Type")).essence();
        if (!contentType.equals(mediaType)) {
            throw new ServiceException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body must be " + mediaType + ", not " + contentType + ".");
        }
        if (bytes.length == 0) {
            throw new ServiceException(ErrorCode.INVALID_BODY, "The body is empty and must be a JSON object.")
                    .with("pointer", "");
        }
        requireUtf8(bytes);
        try {
            @Nullable T value = mapper.readValue(bytes, type);
            if (value == null) {
                throw new ServiceException(ErrorCode.INVALID_BODY, "The body must be a JSON object.")
                        .with("pointer", "");
            }
            return value;
        } catch (UnrecognizedPropertyException e) {
            throw new ServiceException(ErrorCode.UNKNOWN_FIELD, "There is no field '" + e.getPropertyName() + "'.", e)
                    .with("pointer", pointer(e));
        } catch (JsonMappingException e) {
            throw wrongValue(e);
        } catch (JsonProcessingException e) {
            throw located(new ServiceException(ErrorCode.INVALID_BODY, "The body is not valid JSON.", e), e);
        } catch (IOException e) {
            throw new IllegalStateException("reading memory does not fail", e);
        }
    }

    /** JSON is UTF-8 without a byte order mark (RFC 8259, section 8.1); the parser would take more for it. */
    private static void requireUtf8(byte[] bytes) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            if (text.chars().noneMatch(c -> c == 0) && !(text.length() > 0 && text.charAt(0) == BYTE_ORDER_MARK)) {
                return;
            }
        } catch (CharacterCodingException e) {
            throw new ServiceException(ErrorCode.INVALID_BODY, "The body is not UTF-8.", e);
        }
        throw new ServiceException(ErrorCode.INVALID_BODY, "The body is not UTF-8 without a byte order mark.");
    }

    private static ServiceException wrongValue(JsonMappingException failure) {
        String pointer = pointer(failure);
        if (failure.getCause() instanceof InputCoercionException number) { // an integer wider than its field
            return new ServiceException(
                            ErrorCode.INVALID_BODY,
                            "The field " + pointer + " takes whole numbers up to " + largest(number) + ".",
                            failure)
                    .with("pointer", pointer)
                    .with("limit", largest(number));
        }
        String what = pointer.isEmpty() ? "The body has" : "The field " + pointer + " has";
        return new ServiceException(ErrorCode.INVALID_BODY, what + " a value of the wrong type or form.", failure)
                .with("pointer", pointer);
    }

    private static long largest(InputCoercionException number) {
        return number.getTargetType() == int.class ? Integer.MAX_VALUE : Long.MAX_VALUE;
    }

    /** A limit of the reader is not exceeded at any place. */
    static ServiceException located(ServiceException refusal, JsonProcessingException failure) {
        JsonLocation at = failure.getLocation();
        return at == null ? refusal : refusal.with("line", at.getLineNr()).with("column", at.getColumnNr());
    }

    /** Where in the body (RFC 6901). */
    private static String pointer(JsonMappingException failure) {
        return failure.getPath().stream()
                .map(step -> step.getFieldName() == null ? String.valueOf(step.getIndex()) : step.getFieldName())
                .map(step -> "/" + step.replace("~", "~0").replace("/", "~1"))
                .collect(Collectors.joining());
    }
}
