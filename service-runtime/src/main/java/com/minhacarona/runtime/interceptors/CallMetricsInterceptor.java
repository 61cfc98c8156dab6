package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts each call once when it starts and once when it ends, and times those that are not streams.
 */
final class CallMetricsInterceptor implements ServerInterceptor {
  private final MeterRegistry meters;
  private final ConcurrentMap<String, AtomicInteger> activeStreams = new ConcurrentHashMap<>();

  @Inject
  CallMetricsInterceptor(MeterRegistry meters) {
    this.meters = meters;
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    MethodDescriptor<ReqT, RespT> descriptor = call.getMethodDescriptor();
    String method = descriptor.getBareMethodName();
    boolean stream = !descriptor.getType().serverSendsOneMessage();
    meters.counter(CallMeters.STARTED, "method", method).increment();
    if (stream) {
      active(method).incrementAndGet();
    }
    Timer.Sample sample = Timer.start(meters);
    return CallEnd.observe(
        call,
        headers,
        next,
        (status, _) -> {
          String code = status.getCode().name();
          meters.counter(CallMeters.ENDED, "method", method, "status", code).increment();
          if (stream) {
            active(method).decrementAndGet();
          } else {
            sample.stop(meters.timer(CallMeters.DURATION, "method", method, "status", code));
          }
        });
  }

  private AtomicInteger active(String method) {
    return activeStreams.computeIfAbsent(
        method,
        name ->
            meters.gauge(CallMeters.ACTIVE_STREAMS, Tags.of("method", name), new AtomicInteger()));
  }
}
