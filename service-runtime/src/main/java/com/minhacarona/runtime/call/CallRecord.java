package com.minhacarona.runtime.call;

import io.grpc.Context;
import java.util.Optional;

/**
 * What becomes known of a call while it runs, for its line in the access log and for its trace.
 * Thread-safe.
 */
public final class CallRecord {
  private static final Context.Key<CallRecord> CURRENT = Context.key("call-record");

  /** Stands for what is not known. */
  private static final String UNKNOWN = "-";

  private volatile String requestId = UNKNOWN;
  private volatile String caller = UNKNOWN;
  private volatile Optional<String> tenant = Optional.empty();

  /** A context in which this record is of the call. */
  public Context attach(Context context) {
    return context.withValue(CURRENT, this);
  }

  /** The record of the current call; one that nobody reads outside of calls. */
  public static CallRecord current() {
    CallRecord current = CURRENT.get();
    return current == null ? new CallRecord() : current;
  }

  void noteRequestId(String id) {
    requestId = id;
  }

  /** Notes who has proved to be the caller, and as whom it acts. */
  public void noteCaller(String name, Optional<String> tenantId) {
    caller = name;
    tenant = tenantId;
  }

  /** The request's id; {@code "-"} before it was read. */
  public String requestId() {
    return requestId;
  }

  /** The caller; {@code "-"} before it has proved who it is. */
  public String caller() {
    return caller;
  }

  /** The tenant that the call is bound to; empty when it is bound to none, or not yet. */
  public Optional<String> tenant() {
    return tenant;
  }
}
