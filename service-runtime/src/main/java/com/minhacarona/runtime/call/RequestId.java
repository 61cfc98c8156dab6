package com.minhacarona.runtime.call;

import io.grpc.Context;
import java.util.concurrent.atomic.AtomicReference;

/** Passes the request id from the code that reads it to the access log. */
public final class RequestId {
  private static final Context.Key<AtomicReference<String>> CURRENT = Context.key("request-id");

  /** A context in which {@link #note} sets {@code id}. */
  public static Context attach(Context context, AtomicReference<String> id) {
    return context.withValue(CURRENT, id);
  }

  /** Notes the id of the current call; does nothing outside of calls. */
  static void note(String id) {
    AtomicReference<String> current = CURRENT.get();
    if (current != null) {
      current.set(id);
    }
  }

  private RequestId() {}
}
