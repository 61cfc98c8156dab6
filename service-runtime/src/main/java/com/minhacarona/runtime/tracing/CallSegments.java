package com.minhacarona.runtime.tracing;

import com.amazonaws.xray.AWSXRayRecorder;
import com.amazonaws.xray.contexts.SegmentContext;
import com.amazonaws.xray.contexts.SegmentContextResolverChain;
import com.amazonaws.xray.entities.Entity;
import com.amazonaws.xray.entities.Segment;
import com.amazonaws.xray.entities.Subsegment;
import com.amazonaws.xray.entities.SubsegmentImpl;
import io.grpc.Context;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Finds the segment of the current call in its gRPC context, which follows the call to every thread
 * that works for it. X-Ray by itself uses a thread-local, which would stay behind on a shared
 * thread, and be missing on a new one. Every subsegment is a child of the call's segment.
 */
final class CallSegments implements SegmentContext {
  /** The segment of the call; null between two messages of a stream. */
  private static final Context.Key<AtomicReference<Segment>> CURRENT = Context.key("segment");

  /** A context that finds its segment in {@code current}. */
  static Context attach(Context context, AtomicReference<Segment> current) {
    return context.withValue(CURRENT, current);
  }

  static SegmentContextResolverChain everywhere() {
    SegmentContextResolverChain chain = new SegmentContextResolverChain();
    CallSegments segments = new CallSegments();
    chain.addResolver(() -> segments);
    return chain;
  }

  @Override
  public @Nullable Entity getTraceEntity() {
    AtomicReference<Segment> current = CURRENT.get();
    return current == null ? null : current.get();
  }

  /** Does nothing: only {@link #attach} decides which segment is current. */
  @Override
  public void setTraceEntity(@Nullable Entity entity) {}

  /** Does nothing, like {@link #setTraceEntity}. */
  @Override
  public void clearTraceEntity() {}

  @Override
  public Subsegment beginSubsegment(AWSXRayRecorder recorder, String name) {
    if (!(getTraceEntity() instanceof Segment segment)) {
      return Subsegment.noOp(recorder, false);
    }
    Subsegment subsegment = new SubsegmentImpl(recorder, name, segment);
    subsegment.setParent(segment);
    segment.addSubsegment(subsegment);
    return subsegment;
  }

  /** Never needed: the code that began a subsegment ends that one, not the current one. */
  @Override
  public void endSubsegment(AWSXRayRecorder recorder) {
    throw new UnsupportedOperationException("end the subsegment that was begun");
  }
}
