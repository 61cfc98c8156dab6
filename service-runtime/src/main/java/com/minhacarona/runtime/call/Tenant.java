package com.minhacarona.runtime.call;

import io.grpc.Context;
import io.grpc.Metadata;
import java.util.Optional;

/**
 * The tenant that a call is bound to. The call finds nothing that belongs to another tenant. A call
 * that is bound to none sees everything.
 */
public final class Tenant {
  /** A service sets it when it acts for somebody of this tenant. */
  public static final Metadata.Key<String> HEADER =
      Metadata.Key.of("x-tenant-id", Metadata.ASCII_STRING_MARSHALLER);

  private static final Context.Key<String> CURRENT = Context.key("tenant");

  /** The tenant of the current call; empty when it is bound to none. */
  public static Optional<String> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  /** Whether the current call sees what belongs to this tenant. */
  public static boolean sees(String tenantId) {
    return current().map(tenantId::equals).orElse(true);
  }

  public static Context bind(Context context, String tenantId) {
    return context.withValue(CURRENT, tenantId);
  }

  private Tenant() {}
}
