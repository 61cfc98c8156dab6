package com.minhacarona.runtime;

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
 * Counts each call once when it starts and once when it ends, and times those that are not streams:
 * {@value #STARTED}, {@value #ENDED}, {@value #DURATION} and {@value #ACTIVE_STREAMS}.
 */
final class CallMetricsInterceptor implements ServerInterceptor {
  static final String STARTED = "grpc.server.call.started";
  static final String ENDED = "grpc.server.call.ended";
  static final String DURATION = "grpc.server.call.duration";
  static final String ACTIVE_STREAMS = "grpc.server.active_streams";

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
    meters.counter(STARTED, "method", method).increment();
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
          meters.counter(ENDED, "method", method, "status", code).increment();
          if (stream) {
            active(method).decrementAndGet();
          } else {
            sample.stop(meters.timer(DURATION, "method", method, "status", code));
          }
        });
  }

  private AtomicInteger active(String method) {
    return activeStreams.computeIfAbsent(
        method, name -> meters.gauge(ACTIVE_STREAMS, Tags.of("method", name), new AtomicInteger()));
  }
}
