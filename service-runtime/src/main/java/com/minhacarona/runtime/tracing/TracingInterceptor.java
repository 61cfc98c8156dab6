package com.minhacarona.runtime.tracing;

import com.amazonaws.xray.AWSXRayRecorder;
import com.amazonaws.xray.entities.Segment;
import com.amazonaws.xray.entities.SegmentImpl;
import com.amazonaws.xray.entities.TraceHeader;
import com.amazonaws.xray.entities.TraceID;
import com.amazonaws.xray.strategy.sampling.SamplingRequest;
import com.google.inject.Inject;
import com.minhacarona.runtime.call.CallRecord;
import com.minhacarona.runtime.call.TraceId;
import com.minhacarona.runtime.interceptors.CallEnd;
import com.minhacarona.runtime.process.PerSecond;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Makes a segment of each sampled call, as part of the caller's trace when it has one. A stream in
 * both directions may stay open for long, so each of its messages becomes a segment.
 */
final class TracingInterceptor implements ServerInterceptor {
  /**
   * How many calls a second are traced because their caller says so. Each trace costs money: so
   * many are 13 million a month, some 65 USD a task, whoever calls.
   */
  static final int FORCED_PER_SECOND = 5;

  private static final Pattern SEGMENT_ID = Pattern.compile("[0-9a-fA-F]{16}");

  private final AWSXRayRecorder recorder;
  private final String service;
  private final PerSecond forced;

  @Inject
  TracingInterceptor(AWSXRayRecorder recorder, TracingConfig config) {
    this(recorder, config, System::nanoTime);
  }

  TracingInterceptor(AWSXRayRecorder recorder, TracingConfig config, LongSupplier nanoTime) {
    this.recorder = recorder;
    this.service = config.service();
    this.forced = new PerSecond(FORCED_PER_SECOND, nanoTime);
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    AtomicReference<Segment> current = new AtomicReference<>();
    Context context = CallSegments.attach(Context.current(), current);
    if (call.getMethodDescriptor().getType() == MethodDescriptor.MethodType.BIDI_STREAMING) {
      return eachMessage(
          current, call, headers, Contexts.interceptCall(context, call, headers, next));
    }
    Optional<Segment> segment = begin(call.getMethodDescriptor(), headers);
    if (segment.isEmpty()) {
      return next.startCall(call, headers);
    }
    current.set(segment.get());
    return CallEnd.observe(
        call,
        headers,
        (observed, metadata) -> Contexts.interceptCall(context, observed, metadata, next),
        (status, _) -> end(segment.get(), status));
  }

  private <ReqT> ServerCall.Listener<ReqT> eachMessage(
      AtomicReference<Segment> current,
      ServerCall<ReqT, ?> call,
      Metadata headers,
      ServerCall.Listener<ReqT> listener) {
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onMessage(ReqT message) {
        Optional<Segment> segment = begin(call.getMethodDescriptor(), headers);
        segment.ifPresent(current::set);
        try {
          super.onMessage(message);
        } finally {
          current.set(null);
          segment.ifPresent(s -> end(s, Status.OK));
        }
      }
    };
  }

  private Optional<Segment> begin(MethodDescriptor<?, ?> method, Metadata headers) {
    TraceHeader header = TraceHeader.fromString(TraceId.header(headers).orElse(null));
    if (!isSampled(header, method)) {
      return Optional.empty();
    }
    Segment segment = new SegmentImpl(recorder, service, TraceID.fromString(TraceId.current()));
    if (header.getParentId() != null && SEGMENT_ID.matcher(header.getParentId()).matches()) {
      segment.setParentId(header.getParentId());
    }
    segment.putAnnotation("method", method.getBareMethodName());
    return Optional.of(segment);
  }

  private boolean isSampled(TraceHeader header, MethodDescriptor<?, ?> method) {
    return switch (header.getSampled()) {
      case SAMPLED -> forced.tryAcquire() || isSampledByTheRules(method);
      case NOT_SAMPLED -> false;
      case UNKNOWN, REQUESTED -> isSampledByTheRules(method);
    };
  }

  private boolean isSampledByTheRules(MethodDescriptor<?, ?> method) {
    return recorder
        .getSamplingStrategy()
        .shouldTrace(
            new SamplingRequest(service, null, "/" + method.getFullMethodName(), "POST", null))
        .isSampled();
  }

  private void end(Segment segment, Status status) {
    segment.putAnnotation("status", status.getCode().name());
    CallRecord.current().tenant().ifPresent(tenant -> segment.putAnnotation("tenant", tenant));
    switch (status.getCode()) {
      case OK -> {
        // An answer is neither a fault nor an error.
      }
      case INTERNAL, UNKNOWN, UNAVAILABLE, DATA_LOSS, DEADLINE_EXCEEDED -> segment.setFault(true);
      case RESOURCE_EXHAUSTED -> {
        segment.setError(true);
        segment.setThrottle(true);
      }
      default -> segment.setError(true);
    }
    // A segment with open subsegments does not end here: the last of them sends it.
    if (segment.end()) {
      recorder.sendSegment(segment);
    }
  }
}
