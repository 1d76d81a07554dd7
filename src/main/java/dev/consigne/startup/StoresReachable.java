package dev.consigne.startup;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.health.api.HealthGroup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Whether each store answers now: {@code /q/health/group/stores}, for people and dashboards, not for probes. */
@ApplicationScoped
@HealthGroup("stores")
class StoresReachable implements AsyncHealthCheck {
    private final StoreIdentity.OfCatalog catalog;
    private final StoreIdentity.OfChunks chunks;

    StoresReachable(StoreIdentity.OfCatalog catalog, StoreIdentity.OfChunks chunks) {
        this.catalog = catalog;
        this.chunks = chunks;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.combine()
                .all()
                .unis(answers(catalog.read()), answers(chunks.read()))
                .with((postgres, mongo) -> HealthCheckResponse.named("stores")
                        .withData("postgresql", postgres)
                        .withData("mongodb", mongo)
                        .status(postgres && mongo)
                        .build());
    }

    private static Uni<Boolean> answers(Uni<?> question) {
        return question.replaceWith(true).onFailure().recoverWithItem(false);
    }
}
