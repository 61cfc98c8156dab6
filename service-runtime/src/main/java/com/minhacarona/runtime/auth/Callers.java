package com.minhacarona.runtime.auth;

import com.minhacarona.runtime.auth.RejectedProofException.Cause;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.RequestFields;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Says which caller the claims of a token make, by the first entry of its issuer that fits. */
final class Callers {
  /** As of the ids in requests, which are compared with these. */
  private static final int MAX_USER_ID = 64;

  private static final int MAX_TENANT = 64;

  /** The longest ARN of a role has 630 characters. */
  private static final Pattern NAME = Pattern.compile("[!-~]{1,1024}");

  /**
   * The caller.
   *
   * @param entries those of the token's issuer
   * @throws RejectedProofException with the cause of the entry that came closest
   */
  static Caller of(Claims claims, List<Issuer> entries) {
    Cause closest = Cause.UNKNOWN_ISSUER;
    for (Issuer entry : entries) {
      try {
        return caller(claims, entry);
      } catch (RejectedProofException e) {
        closest = e.reason().compareTo(closest) > 0 ? e.reason() : closest;
      }
    }
    throw new RejectedProofException(closest);
  }

  private static Caller caller(Claims claims, Issuer entry) {
    require(claims.audience().stream().anyMatch(entry.audiences()::contains), Cause.AUDIENCE);
    require(
        entry.tokenUse().isEmpty()
            || claims.text("token_use").filter(entry.tokenUse()::equals).isPresent(),
        Cause.TOKEN_USE);
    require(
        entry.subjects().isEmpty()
            || claims.text("sub").filter(entry.subjects()::contains).isPresent(),
        Cause.SUBJECT);
    Set<String> scopes = scopes(claims, entry);
    require(entry.requiredScope().isEmpty() || scopes.contains(entry.requiredScope()), Cause.SCOPE);
    return new Caller(
        entry.kind(), id(claims, entry), tenant(claims, entry), scopes, claims.instant("exp"));
  }

  /** Scopes of other services are none of ours, so those without the prefix are left out. */
  private static Set<String> scopes(Claims claims, Issuer entry) {
    Set<String> scopes = new HashSet<>(entry.grants());
    claims.scopes().stream()
        .filter(scope -> scope.startsWith(entry.scopePrefix()))
        .map(scope -> scope.substring(entry.scopePrefix().length()))
        .forEach(scopes::add);
    return scopes;
  }

  private static String id(Claims claims, Issuer entry) {
    String id = claims.text(entry.idClaim()).orElse("");
    require(
        entry.kind() == Caller.Kind.USER
            ? RequestFields.isId(id, MAX_USER_ID)
            : NAME.matcher(id).matches(),
        Cause.NO_ID);
    return id;
  }

  private static Optional<String> tenant(Claims claims, Issuer entry) {
    if (entry.tenantClaim().isEmpty()) {
      return Optional.empty();
    }
    Optional<String> tenant = claims.text(entry.tenantClaim());
    require(tenant.filter(id -> RequestFields.isId(id, MAX_TENANT)).isPresent(), Cause.NO_TENANT);
    return tenant;
  }

  private static void require(boolean holds, Cause otherwise) {
    if (!holds) {
      throw new RejectedProofException(otherwise);
    }
  }

  private Callers() {}
}
