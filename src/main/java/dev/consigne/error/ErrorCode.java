package dev.consigne.error;

/**
 * Every error the API can answer with. The {@link #code()} is part of the contract: it is never renamed or reused.
 */
public enum ErrorCode {
    INVALID_PATH("invalid-path", 400, "The request path is not acceptable"),
    INVALID_ENCODING("invalid-encoding", 400, "The text is not valid percent-encoded UTF-8"),
    INVALID_HEADER("invalid-header", 400, "A header is not acceptable"),
    INVALID_NAME("invalid-name", 400, "The file name is not acceptable"),
    NAME_TOO_LONG("name-too-long", 400, "The file name is too long"),
    INVALID_BUCKET_NAME("invalid-bucket-name", 400, "The bucket name is not acceptable"),
    INVALID_CONTENT_TYPE("invalid-content-type", 400, "The Content-Type is not acceptable"),
    INVALID_IDEMPOTENCY_KEY("invalid-idempotency-key", 400, "The Idempotency-Key is not acceptable"),
    INVALID_PARAMETER("invalid-parameter", 400, "A parameter has an unacceptable value"),
    INVALID_CURSOR("invalid-cursor", 400, "The cursor is not one this listing gave"),
    INVALID_FILTER("invalid-filter", 400, "The filter cannot be read"),
    FIELD_NOT_SEARCHABLE("field-not-searchable", 400, "The bucket's files cannot be found by this field"),
    INVALID_BODY("invalid-body", 400, "The request body is not what this operation takes"),
    UNKNOWN_FIELD("unknown-field", 400, "The request body has a field this operation does not know"),
    INVALID_METADATA("invalid-metadata", 400, "The metadata are not acceptable"),
    METADATA_TOO_DEEP("metadata-too-deep", 400, "The metadata are nested too deeply"),
    INVALID_TAGS("invalid-tags", 400, "The tags are not acceptable"),
    INVALID_CONDITION("invalid-condition", 400, "A conditional header is not acceptable"),
    MALFORMED_MULTIPART("malformed-multipart", 400, "The multipart body is not acceptable"),
    LENGTH_MISMATCH("length-mismatch", 400, "The body is not as long as was declared"),
    DIGEST_UNSUPPORTED_ALGORITHMS("digest-unsupported-algorithms", 400, "Unsupported Hashing Algorithms"),
    DIGEST_INVALID_VALUES("digest-invalid-values", 400, "Invalid Digest Values"),
    DIGEST_MISMATCHED_VALUES("digest-mismatched-values", 400, "Mismatched Digest Values"),
    UNAUTHENTICATED("unauthenticated", 401, "The request does not say who sends it"),
    ADMIN_DISABLED("admin-disabled", 403, "The administration is switched off"),
    NOT_FOUND("not-found", 404, "There is nothing at this path"),
    BUCKET_NOT_FOUND("bucket-not-found", 404, "There is no such bucket"),
    FILE_NOT_FOUND("file-not-found", 404, "There is no such file"),
    TASK_NOT_FOUND("task-not-found", 404, "There is no such bulk task"),
    VERSION_NOT_FOUND("version-not-found", 404, "No such version"),
    JOB_NOT_FOUND("job-not-found", 404, "There is no such job"),
    METHOD_NOT_ALLOWED("method-not-allowed", 405, "The path does not take this method"),
    NOT_ACCEPTABLE("not-acceptable", 406, "No acceptable representation"),
    UPLOAD_TOO_SLOW("upload-too-slow", 408, "The body came too slowly"),
    BUCKET_NOT_EMPTY("bucket-not-empty", 409, "The bucket still has files"),
    VERSION_CURRENT("version-current", 409, "The version is the current one"),
    NAME_TAKEN("name-taken", 409, "The name is taken"),
    TOO_MANY_FILES("too-many-files", 409, "The bucket has too many files for this change"),
    REQUEST_IN_PROGRESS("request-in-progress", 409, "The same request is being carried out"),
    JOB_RUNNING("job-running", 409, "The job runs already"),
    JOB_NOT_RUNNING("job-not-running", 409, "The job does not run"),
    UPLOAD_LOST("upload-lost", 409, "The upload lost its lease and was given up"),
    PRECONDITION_FAILED("precondition-failed", 412, "The file is not in the state the request asks for"),
    CONTENT_TOO_LARGE("content-too-large", 413, "The content is larger than allowed"),
    METADATA_TOO_LARGE("metadata-too-large", 413, "The metadata are larger than allowed"),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", 415, "The path does not take this media type"),
    RANGE_NOT_SATISFIABLE("range-not-satisfiable", 416, "The range lies outside the content"),
    TOO_MANY_RANGES("too-many-ranges", 416, "The request asks for too many ranges"),
    EXPECTATION_FAILED("expectation-failed", 417, "The expectation cannot be met"),
    IDEMPOTENCY_KEY_REUSED("idempotency-key-reused", 422, "The Idempotency-Key belongs to another request"),
    SEARCH_TOO_BROAD("search-too-broad", 422, "The search is not narrow enough"),
    PRECONDITION_REQUIRED("precondition-required", 428, "The bucket takes changes only with a precondition"),
    TOO_MANY_TRANSFERS("too-many-transfers", 429, "You have too many transfers running"),
    INTERNAL("internal", 500, "Something went wrong inside"),
    CONTENT_DAMAGED("content-damaged", 500, "The stored content is damaged"),
    NOT_SUPPORTED("not-supported", 501, "The request asks for something this version cannot do"),
    STORE_UNAVAILABLE("store-unavailable", 503, "A store did not answer"),
    COMMIT_UNKNOWN("commit-unknown", 503, "It is not known whether the change was made"),
    OVERLOADED("overloaded", 503, "The service has no memory for another transfer"),
    STOPPING("stopping", 503, "This process of the service is about to end"),
    QUOTA_EXCEEDED("quota-exceeded", 507, "The bucket has no room for the content"),
    STORE_FULL("store-full", 507, "A store has no space left");

    private final String code;
    private final int status;
    private final String title;

    ErrorCode(String code, int status, String title) {
        this.code = code;
        this.status = status;
        this.title = title;
    }

    /** The stable code of the problem, in kebab case. */
    public String code() {
        return code;
    }

    /** The HTTP status it is answered with. */
    public int status() {
        return status;
    }

    /** A short sentence, the same for every occurrence (RFC 9457, section 3.1.3). */
    public String title() {
        return title;
    }

    /** Whether the same request may succeed later; such answers carry {@code Retry-After}. */
    public boolean retryable() {
        return status == 503 || status == 429 || this == REQUEST_IN_PROGRESS;
    }
}
