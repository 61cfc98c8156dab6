package com.minhacarona.runtime.interceptors;

/** The names of the meters of calls. */
public final class CallMeters {
  /** Calls that began, by {@code method}. */
  public static final String STARTED = "grpc.server.call.started";

  /** Calls that ended, by {@code method} and {@code status}. */
  public static final String ENDED = "grpc.server.call.ended";

  /** How long unary calls took, by {@code method} and {@code status}. */
  public static final String DURATION = "grpc.server.call.duration";

  /** Open streams, by {@code method}. */
  public static final String ACTIVE_STREAMS = "grpc.server.active_streams";

  /** Calls that were refused because too many were running, by {@code method}. */
  public static final String SHED = "grpc.server.shed";

  private CallMeters() {}
}
