package com.minhacarona.runtime.call;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.Optional;

/**
 * The tenant that a call is bound to. The call finds nothing that belongs to another tenant. A call
 * that is bound to none sees everything.
 */
public final class Tenant {
  /** A service sets it when it acts for somebody of this tenant. */
  public static final Metadata.Key<String> HEADER =
      Metadata.Key.of("x-tenant-id", Metadata.ASCII_STRING_MARSHALLER);

  /** As of the ids in requests. */
  private static final int MAX_LENGTH = 64;

  private static final Context.Key<String> CURRENT = Context.key("tenant");

  /** The tenant of the current call; empty when it is bound to none. */
  public static Optional<String> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  /** Whether the current call sees what belongs to this tenant. */
  public static boolean sees(String tenantId) {
    return current().map(tenantId::equals).orElse(true);
  }

  /**
   * The tenant that metadata names; empty when it names none.
   *
   * @throws StatusRuntimeException {@code INVALID_ARGUMENT} when it names more than one, or one
   *     that cannot be: a wrong guess would show another tenant's data
   */
  public static Optional<String> named(Metadata headers) {
    Iterable<String> values = headers.getAll(HEADER);
    if (values == null) {
      return Optional.empty();
    }
    Iterator<String> named = values.iterator();
    String tenantId = named.next();
    if (named.hasNext()) {
      throw Errors.invalidMetadata(HEADER.name(), "may be given only once");
    }
    if (!RequestFields.isId(tenantId, MAX_LENGTH)) {
      throw Errors.invalidMetadata(
          HEADER.name(),
          "must have 1 to %s characters: letters, digits, and . _ : @ -".formatted(MAX_LENGTH));
    }
    return Optional.of(tenantId);
  }

  public static Context bind(Context context, String tenantId) {
    return context.withValue(CURRENT, tenantId);
  }

  private Tenant() {}
}
