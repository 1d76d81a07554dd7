package dev.consigne.job;

import java.util.function.BooleanSupplier;

/** Whether both stores were reached and found to be the right pair: before that, nothing may be removed. */
@FunctionalInterface
public interface StoresOpen extends BooleanSupplier {}
