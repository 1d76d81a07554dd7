package dev.consigne.admin;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.job.JobLog;
import dev.consigne.job.JobRunner;
import dev.consigne.job.RewindGuard;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.Settings;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in: those with the token, where there is one, on the management port. */
@QuarkusTest
class AdminAccessTest {
    private static final String JOBS = "/admin/jobs";

    @TestHTTPResource(value = "/", management = true)
    URI management;

    @TestHTTPResource("/")
    URI service;

    @Inject
    JobRunner runner;

    @Inject
    JobLog log;

    @Inject
    RewindGuard guard;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Nothing: x",
                "Authorization: Bearer wrong-but-long-enough",
                "Authorization: Bearer dev-only-admin-tokem",
                "Authorization: Bearer dev-only-admin-toke",
                "Authorization: Bearer dev-only-admin-tokens",
                "Authorization: Bearer ",
                "Authorization: Basic ZGV2LW9ubHktYWRtaW4tdG9rZW4=",
                "Authorization: dev-only-admin-token",
                "Authorization: Bearer dev-only-admin-token\r\nAuthorization: Bearer dev-only-admin-token"
            })
    void refusesWhoeverDoesNotSendTheToken(String header) {
        RawResponse refused = new AdminClient(management).send("GET", JOBS, header);

        assertProblem(refused, 401, "unauthenticated");
        assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer ");
    }

    /** Nobody learns without the token which paths and jobs there are. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin",
                "/admin/",
                "/admin/jobs",
                "/admin/jobs/fsck",
                "/admin/jobs/nosuch",
                "/admin/hold",
                "/admin/nosuch",
                "/%61dmin/jobs",
                "//admin/jobs",
                "/x/../admin/jobs"
            })
    void refusesEveryPathBelowAdmin(String path) {
        for (String method : new String[] {"GET", "POST", "DELETE", "PATCH"}) {
            assertProblem(new AdminClient(management).send(method, path), 401, "unauthenticated");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "bearer", "BEARER"})
    void takesTheTokenHoweverTheSchemeIsWritten(String scheme) {
        assertThat(new AdminClient(management)
                        .send("GET", JOBS, "Authorization: " + scheme + " " + AdminClient.TOKEN)
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/jobs", "/admin/jobs/fsck", "/admin/hold", "/admin"})
    void isNotOnTheApisPort(String path) {
        for (String method : new String[] {"GET", "POST", "DELETE"}) {
            RawResponse answer = new AdminClient(service).send(method, path, AdminClient.BEARER);

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.text()).doesNotContain("fsck");
        }
    }

    @Test
    void refusesEverybodyWhereThereIsNoToken() {
        mounted(Optional.empty(), true, client -> {
            RawResponse refused = client.get(JOBS);

            assertProblem(refused, 403, "admin-disabled");
            assertThat(refused.json().path("detail").asText()).contains("consigne.admin.token", "CONSIGNE_ADMIN_TOKEN");
            assertProblem(client.send("DELETE", "/admin/hold", "Authorization: Bearer "), 403, "admin-disabled");
        });
    }

    @Test
    void saysThatTheStoresHaveNotBeenFoundYet() {
        mounted(Optional.of(AdminClient.TOKEN), false, client -> {
            assertThat(assertProblem(client.get(JOBS), 503, "store-unavailable").header("Retry-After"))
                    .isNotBlank();
            assertProblem(client.post("/admin/jobs/fsck"), 503, "store-unavailable");
            assertProblem(client.delete("/admin/hold"), 503, "store-unavailable");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fifteen-letters",
                "a token with spaces in it",
                "naïve-but-long-enough",
                "tab\tinside-of-the-token"
            })
    void aTokenThatIsTooShortOrCannotBeSentStopsTheStart(String token) {
        assertThatThrownBy(() -> new AdminAccess(() -> Optional.of(token)).requireGoodToken())
                .hasMessageStartingWith("refusing to start: consigne.admin.token")
                .hasMessageNotContaining(token);
    }

    @Test
    void aTokenOfSixteenCharactersOrNoneWillDo() {
        assertThatCode(() -> new AdminAccess(() -> Optional.of("sixteen-letters!")).requireGoodToken())
                .doesNotThrowAnyException();
        assertThatCode(() -> new AdminAccess(Optional::empty).requireGoodToken())
                .doesNotThrowAnyException();
    }

    @Test
    void thereIsNoTokenUnlessSomebodySetsOne() {
        assertThat(Settings.read(AdminConfig.class, Map.of()).token()).isEmpty();
        assertThat(Settings.read(AdminConfig.class, Map.of("consigne.admin.token", AdminClient.TOKEN))
                        .token())
                .contains(AdminClient.TOKEN);
    }

    /** The same routes over the same stores, with another token or before the stores were found. */
    private void mounted(Optional<String> token, boolean open, Consumer<AdminClient> test) {
        Vertx vertx = Vertx.vertx(); // the service's own would count this server too
        Router router = Router.router(vertx);
        new AdminRoutes(
                        vertx,
                        new AdminAccess(() -> token),
                        () -> open,
                        new JobActions(runner, log),
                        new HoldActions(guard))
                .register(() -> router);
        HttpServer server = await(vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage());
        try {
            test.accept(new AdminClient(URI.create("http://127.0.0.1:" + server.actualPort())));
        } finally {
            await(vertx.close().toCompletionStage());
        }
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
