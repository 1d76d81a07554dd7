package dev.consigne.telemetry;

import dev.consigne.memory.MemoryBudget;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.util.function.ToDoubleFunction;

/** The memory that transfers share. */
@Singleton
class MemoryMeters implements MeterBinder {
    private final MemoryBudget budget;

    MemoryMeters(MemoryBudget budget) {
        this.budget = budget;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        bytes("consigne.memory.budget", MemoryBudget::bytes, registry);
        bytes("consigne.memory.reserved", MemoryBudget::reserved, registry);
        bytes("consigne.memory.lent", MemoryBudget::lent, registry);
        Gauge.builder("consigne.transfers.waiting", budget, MemoryBudget::waiting)
                .register(registry);
    }

    private void bytes(String name, ToDoubleFunction<MemoryBudget> value, MeterRegistry registry) {
        Gauge.builder(name, budget, value).baseUnit("bytes").register(registry);
    }
}
