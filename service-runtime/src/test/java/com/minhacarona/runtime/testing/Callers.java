package com.minhacarona.runtime.testing;

import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.Caller.Kind;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Callers of each kind, for tests that call what is behind the server. */
public final class Callers {
  public static Caller user(String id, String tenantId) {
    return new Caller(Kind.USER, id, Optional.of(tenantId), Set.of(), Optional.empty());
  }

  public static Caller userUntil(String id, String tenantId, Instant until) {
    return new Caller(Kind.USER, id, Optional.of(tenantId), Set.of(), Optional.of(until));
  }

  public static Caller operator() {
    return new Caller(Kind.OPERATOR, "on-call", Optional.empty(), Set.of(), Optional.empty());
  }

  /** A service that may do nothing besides. */
  public static Caller service() {
    return new Caller(Kind.SERVICE, "service", Optional.empty(), Set.of(), Optional.empty());
  }

  private Callers() {}
}
