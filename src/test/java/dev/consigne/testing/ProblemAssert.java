package dev.consigne.testing;

import static org.assertj.core.api.Assertions.assertThat;

/** What is true of every problem the service answers with. */
public final class ProblemAssert {
    private ProblemAssert() {}

    /** A problem (RFC 9457) with this status and code, with the headers errors have, and without anything internal. */
    public static RawResponse assertProblem(RawResponse response, int status, String code) {
        assertThat(response.status()).as("%s", response).isEqualTo(status);
        assertThat(response.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        assertThat(response.json().path("code").asText()).as("%s", response).isEqualTo(code);
        assertThat(response.json().path("status").asInt()).isEqualTo(status);
        assertThat(response.json().path("type").asText()).matches("https://.*[/#]" + code);
        assertThat(response.json().path("title").asText()).isNotBlank();
        assertThat(response.json().path("detail").asText()).isNotBlank();
        assertThat(response.json().path("requestId").asText()).isNotBlank().isEqualTo(response.header("X-Request-Id"));
        assertThat(response.text()).doesNotContain("Exception", "\tat ", "postgres", "mongo");
        return response;
    }
}
