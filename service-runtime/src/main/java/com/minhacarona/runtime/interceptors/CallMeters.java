package com.minhacarona.runtime.interceptors;

/** The names of the meters of calls. */
public final class CallMeters {
  /** Calls that began, by {@code method}. */
  public static final String STARTED = "grpc.server.call.started";

  /** Calls that ended, by {@code method} and {@code status}. */
  public static final String ENDED = "grpc.server.call.ended";

  /** How long calls took that are no streams, by {@code method} and {@code status}. */
  public static final String DURATION = "grpc.server.call.duration";

  /** Streams that are open, by {@code method}. */
  public static final String ACTIVE_STREAMS = "grpc.server.active_streams";

  /** Calls that were refused because there are too many, by {@code method}. */
  public static final String SHED = "grpc.server.shed";

  private CallMeters() {}
}
