package dev.consigne.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.consigne.file.Bucket;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A bucket as JSON. */
@Schema(name = "Bucket", description = "A named container of files")
record BucketView(
        @Schema(required = true, examples = "demo") String name,

        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(examples = "1073741824", description = "Largest file it takes, in bytes; absent: the service's limit")
        @Nullable
        Long maxFileBytes,

        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(
                examples = "1099511627776",
                description = "Most bytes its files may have together, uploads that run included; absent: no quota")
        @Nullable
        Long maxBytes,

        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(examples = "48213", description = "Bytes of its files; only where there is a quota")
        @Nullable
        Long usedBytes,

        @Schema(
                required = true,
                examples = "false",
                description = "Whether its files are changed only with If-Match, If-None-Match or If-Unmodified-Since")
        boolean requirePreconditions,

        @Schema(
                required = true,
                examples = "[\"author\",\"camera.model\"]",
                description = "Members of the metadata that files can be found by")
        List<String> searchableMetadata,

        @Schema(
                required = true,
                examples = "false",
                description = "Whether what is replaced or deleted stays as a version")
        boolean versioning,

        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(examples = "P30D", description = "How long it stays (ISO 8601); absent: until it is deleted")
        @Nullable
        String versionRetention,

        @Schema(required = true) Instant createdAt,
        @Schema(required = true) Instant updatedAt) {

    static BucketView of(Bucket bucket) {
        return new BucketView(
                bucket.name().value(),
                orNull(bucket.settings().maxFileBytes()),
                orNull(bucket.settings().maxBytes()),
                orNull(bucket.usedBytes()),
                bucket.settings().requiresPreconditions(),
                bucket.settings().searchableMetadata(),
                bucket.settings().versioned(),
                bucket.settings().versionRetention().map(BucketView::written).orElse(null),
                bucket.createdAt(),
                bucket.updatedAt());
    }

    /** Whole days as days, which is how people say it. */
    private static String written(Duration duration) {
        long days = duration.toDays();
        return duration.equals(Duration.ofDays(days)) ? "P" + days + "D" : duration.toString();
    }

    private static @Nullable Long orNull(OptionalLong bytes) {
        return bytes.isPresent() ? bytes.getAsLong() : null;
    }

    /** A page of buckets as JSON. */
    @Schema(name = "BucketPage", description = "A page of buckets")
    record Page(
            @Schema(required = true, description = "In the order of their names")
            List<BucketView> buckets,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(
                    examples = PageRequest.CURSOR_EXAMPLE,
                    description = "Ask for the next page with this; absent on the last page")
            @Nullable
            String nextCursor)
            implements Paged {}

    /** What can be set. */
    @RegisterForReflection // read by hand, so the native build does not see that it is
    @Schema(name = "BucketSettings", description = "Settings of a bucket; what is left out gets its default")
    record Settings(
            @Schema(
                    examples = "1073741824",
                    minimum = "1",
                    description = "Largest file it takes, in bytes; absent: the service's limit")
            @Nullable
            Long maxFileBytes,

            @Schema(
                    examples = "1099511627776",
                    minimum = "1",
                    description = "Most bytes its files may have together. What runs is counted with its declared"
                            + " length, and a replacement needs room beside what it replaces; absent: no quota")
            @Nullable
            Long maxBytes,

            @Schema(
                    examples = "true",
                    description = "Whether its files are changed only with If-Match, If-None-Match or"
                            + " If-Unmodified-Since (428 otherwise); absent: no")
            @Nullable
            Boolean requirePreconditions,

            @Schema(
                    examples = "[\"author\",\"camera.model\"]",
                    maxItems = 10,
                    description =
                            "Members of the metadata that files can be found by: paths of up to five words divided by"
                                    + " dots. Can be changed while the bucket has at most 10,000 files (409"
                                    + " `too-many-files`); absent: none")
            @Nullable
            List<String> searchableMetadata,

            @Schema(
                    examples = "true",
                    description = "Whether what is replaced or deleted stays as a version; absent: no. What is kept"
                            + " already stays when it is turned off")
            @Nullable
            Boolean versioning,

            @Schema(
                    examples = "P30D",
                    description = "How long a version stays after it was replaced or deleted, as an ISO 8601 duration"
                            + " of days, hours, minutes and seconds; it counts for what is replaced from now on. Absent: until it"
                            + " is deleted")
            @Nullable
            String versionRetention) {
        static final Settings DEFAULT = new Settings(null, null, null, null, null, null);
    }
}
