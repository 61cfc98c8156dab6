package com.minhacarona.cdk;

import java.util.List;
import java.util.Set;

/**
 * Who may call an environment's services besides the public API and the residents that it acts for.
 *
 * @param onCallRoles names of the account's roles, with their paths, whose people look at
 *     everything and change nothing
 * @param serviceRoles the account's roles whose programs may do everything
 * @param certificates those who call with a client certificate, which may do everything; the name
 *     is the exact DNS name or URI among the certificate's subject alternative names
 */
record Callers(List<String> onCallRoles, List<Program> serviceRoles, List<Program> certificates) {
  /** Only the public API calls. */
  static final Callers NONE = new Callers(List.of(), List.of(), List.of());

  Callers {
    onCallRoles = List.copyOf(onCallRoles);
    serviceRoles = List.copyOf(serviceRoles);
    certificates = List.copyOf(certificates);
  }

  /** Whether somebody calls with a token that IAM gives out for a role. */
  boolean haveRoles() {
    return !onCallRoles.isEmpty() || !serviceRoles.isEmpty();
  }

  /**
   * A program that calls.
   *
   * @param name what its proof calls it
   * @param scopes what it may do besides; see the runtime's {@code Caller}
   */
  record Program(String name, Set<String> scopes) {}
}
