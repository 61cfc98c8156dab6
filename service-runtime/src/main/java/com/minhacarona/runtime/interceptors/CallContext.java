package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.CallRecord;
import com.minhacarona.runtime.call.TraceId;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.StatusRuntimeException;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gives each call the id that finds it in logs and traces, a record of its own, and a way to work.
 * gRPC asks a tracer for the context of a call before there are interceptors, each of which could
 * only put another one around it.
 */
final class CallContext extends ServerStreamTracer {
  private static final Context.Key<CallContext> CURRENT = Context.key("call");

  private final TraceId traceId;
  private final Metadata headers;
  private volatile @Nullable Admissible admissible;

  private CallContext(TraceId traceId, Metadata headers) {
    this.traceId = traceId;
    this.headers = headers;
  }

  /** A call that may have to wait for a place. */
  interface Admissible {

    /**
     * Gives the call a place and runs what needs one, or tells why there is none. Does neither if
     * the call ends before.
     */
    void admit(Runnable admitted, Consumer<StatusRuntimeException> refused);
  }

  /** Makes one for each call of a server. */
  static final class Factory extends ServerStreamTracer.Factory {
    private final TraceId traceId;

    @Inject
    Factory(Clock clock, RandomGenerator random) {
      this.traceId = new TraceId(clock, random);
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
      return new CallContext(traceId, headers);
    }
  }

  @Override
  public Context filterContext(Context context) {
    return new CallRecord().attach(traceId.attach(context, headers)).withValue(CURRENT, this);
  }

  /** Notes that the current call needs a place for what it does not do on the event loop. */
  static void limit(Admissible call) {
    CallContext current = CURRENT.get();
    if (current != null) {
      current.admissible = call;
    }
  }

  /** The current call, if it needs a place; the calls of a warm-up do not. */
  static Optional<Admissible> limited() {
    CallContext current = CURRENT.get();
    return current == null ? Optional.empty() : Optional.ofNullable(current.admissible);
  }
}
