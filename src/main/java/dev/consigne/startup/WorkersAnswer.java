package dev.consigne.startup;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Alive while a worker thread can be had for this and an event loop passes its answer on: what a restart mends. Stores,
 * disks and queues are not asked, since a restart mends none of them.
 */
@ApplicationScoped
@Liveness
class WorkersAnswer implements HealthCheck {
    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.up("workers answer");
    }
}
