package dev.consigne.startup;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * Started and ready once the stores have been found once. It does not follow them afterwards: a store that is away is
 * answered with 503 by each pod at once, and taking all pods out of service together would help nobody.
 */
@ApplicationScoped
@Startup
@Readiness
class StoresStarted implements HealthCheck {
    private final StoreGate gate;

    StoresStarted(StoreGate gate) {
        this.gate = gate;
    }

    @Override
    public HealthCheckResponse call() {
        boolean open = gate.getAsBoolean();
        var response = HealthCheckResponse.named("stores found").status(open);
        return (open ? response : response.withData("waiting for", gate.waitingFor())).build();
    }
}
