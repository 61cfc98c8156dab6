package com.minhacarona.runtime.metrics;

import com.google.inject.Inject;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.netty.util.internal.PlatformDependent;

/** Measures heap, garbage collection, threads, CPU and Netty's direct memory. */
final class JvmMeters {
  /** Listens to the garbage collector as long as the process lives, like the one below. */
  private final JvmGcMetrics gc = new JvmGcMetrics();

  private final JvmHeapPressureMetrics heapPressure = new JvmHeapPressureMetrics();

  @Inject
  JvmMeters(MeterRegistry meters) {
    gc.bindTo(meters);
    heapPressure.bindTo(meters);
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    Gauge.builder("netty.direct.used", PlatformDependent::usedDirectMemory)
        .baseUnit("bytes")
        .register(meters);
  }
}
