package com.minhacarona.runtime.call;

import io.grpc.Context;
import java.util.concurrent.atomic.AtomicReference;

/** The id that a caller chose for a call, once it has been read from the request. */
public final class RequestId {
  private static final Context.Key<AtomicReference<String>> CURRENT = Context.key("request-id");

  /** A context in which the id will be noted here. */
  public static Context attach(Context context, AtomicReference<String> id) {
    return context.withValue(CURRENT, id);
  }

  /** Notes the id of the current call; outside of calls, nobody wants it. */
  static void note(String id) {
    AtomicReference<String> current = CURRENT.get();
    if (current != null) {
      current.set(id);
    }
  }

  private RequestId() {}
}
