package com.minhacarona.runtime.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The callers of {@code docs/policy.md}, whose columns have these names. */
public enum PolicyCaller {
  NOBODY("nobody", "", ""),
  SERVICE("service", "", ""),
  SERVICE_IN_A("service in A", "", PolicyCaller.A),
  SERVICE_IN_B("service in B", "", PolicyCaller.B),
  ON_CALL("on call", "", ""),
  RESIDENT("resident", "rita", PolicyCaller.A),
  PASSENGER("passenger", "paula", PolicyCaller.A),
  DRIVER("driver", "motorista-1", PolicyCaller.A),
  DRIVER_OF_ANOTHER("driver of another", "motorista-2", PolicyCaller.A),
  RESIDENT_OF_B("resident of B", "bento", PolicyCaller.B);

  /** The condominium of the ride. */
  public static final String A = "cond-1";

  /** Another one. */
  public static final String B = "cond-2";

  private final String column;
  private final String user;
  private final String tenant;

  PolicyCaller(String column, String user, String tenant) {
    this.column = column;
    this.user = user;
    this.tenant = tenant;
  }

  public static PolicyCaller of(String column) {
    return Arrays.stream(values())
        .filter(caller -> caller.column.equals(column))
        .findFirst()
        .orElseThrow();
  }

  public static List<String> columns() {
    return Arrays.stream(values()).map(caller -> caller.column).toList();
  }

  /** The user for whom the call is made; empty when it is made for none. */
  public Optional<String> user() {
    return Optional.of(user).filter(id -> !id.isEmpty());
  }

  /** The only tenant that the caller sees; empty when it sees all. */
  public Optional<String> tenant() {
    return Optional.of(tenant).filter(id -> !id.isEmpty());
  }

  public boolean sees(String tenantId) {
    return tenant().map(tenantId::equals).orElse(true);
  }

  @Override
  public String toString() {
    return column;
  }
}
