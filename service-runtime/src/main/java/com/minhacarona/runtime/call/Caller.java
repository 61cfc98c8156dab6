package com.minhacarona.runtime.call;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who makes a call, as its proof says: never what a request says about its author.
 *
 * @param kind decides which rules apply
 * @param id names the caller among those of its kind: a user's id, a service's or a role's name
 * @param tenant the only tenant that the caller sees; empty when it sees all
 * @param scopes what the caller may do besides; see the constants
 * @param until when the proof ends; empty when nobody had to prove anything
 */
public record Caller(
    Kind kind, String id, Optional<String> tenant, Set<String> scopes, Optional<Instant> until) {

  /** A service with this scope may act for a user whose token it passes on. */
  public static final String ON_BEHALF_OF = "on-behalf-of";

  /** A service with this scope may list what belongs to all tenants. */
  public static final String LIST_ALL = "list-all";

  /** Everybody, where callers need not prove who they are. */
  public static final Caller TRUSTED =
      new Caller(
          Kind.SERVICE,
          "anybody",
          Optional.empty(),
          Set.of(ON_BEHALF_OF, LIST_ALL),
          Optional.empty());

  private static final Context.Key<Caller> CURRENT = Context.key("caller");

  /** What a caller is. */
  public enum Kind {
    /** A program of ours, which may do everything for everybody it sees. */
    SERVICE,
    /** Somebody on call, who may look at everything and change nothing. */
    OPERATOR,
    /** A person of one tenant, for whom a service acts. */
    USER
  }

  public Caller {
    scopes = Set.copyOf(scopes);
  }

  /**
   * The caller of the current call.
   *
   * @throws IllegalStateException outside a call, where nobody may do anything
   */
  public static Caller current() {
    Caller caller = CURRENT.get();
    if (caller == null) {
      throw new IllegalStateException("no call, and so no caller");
    }
    return caller;
  }

  /** A context of a call that this caller makes, with its tenant. */
  public Context bind(Context context) {
    Context bound = context.withValue(CURRENT, this);
    return tenant.map(tenantId -> Tenant.bind(bound, tenantId)).orElse(bound);
  }

  /** Whether the caller sees what belongs to this tenant. */
  public boolean sees(String tenantId) {
    return tenant.map(tenantId::equals).orElse(kind != Kind.USER);
  }

  /** The same caller, who sees nothing but this tenant. */
  public Caller narrowedTo(String tenantId) {
    return new Caller(kind, id, Optional.of(tenantId), scopes, until);
  }

  /** The same caller, whose proof ends when the other's does, if that is earlier. */
  public Caller noLongerThan(Caller other) {
    Optional<Instant> earlier =
        Stream.of(until, other.until).flatMap(Optional::stream).min(Instant::compareTo);
    return new Caller(kind, id, tenant, scopes, earlier);
  }

  /** Whether the proof has ended. */
  public boolean hasEnded(Instant now) {
    return until.filter(end -> !now.isBefore(end)).isPresent();
  }

  public boolean isUser() {
    return kind == Kind.USER;
  }

  public boolean isOperator() {
    return kind == Kind.OPERATOR;
  }

  /** Whether the caller is this user. */
  public boolean isUser(String userId) {
    return isUser() && id.equals(userId);
  }

  /** Whether what this user may do is allowed to the caller: it is the user, or a service. */
  public boolean mayActAs(String userId) {
    return kind == Kind.SERVICE || isUser(userId);
  }

  /** Whether the caller may list what belongs to all tenants. */
  public boolean mayListAll() {
    return switch (kind) {
      case SERVICE -> hasScope(LIST_ALL);
      case OPERATOR -> true;
      case USER -> false;
    };
  }

  /**
   * Refuses a caller who may not act as this user, before anything is read.
   *
   * @throws StatusRuntimeException {@code PERMISSION_DENIED SEM_PERMISSAO}
   */
  public void requireActingAs(String userId) {
    if (!mayActAs(userId)) {
      throw Errors.permissionDenied();
    }
  }

  public boolean hasScope(String scope) {
    return scopes.contains(scope);
  }
}
