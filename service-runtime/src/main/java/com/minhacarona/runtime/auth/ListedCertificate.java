package com.minhacarona.runtime.auth;

import java.util.Set;

/**
 * A client certificate that is believed, once a CA of ours has signed it.
 *
 * @param name the exact DNS name or URI among its subject alternative names
 * @param scopes what its holder may do besides
 */
public record ListedCertificate(String name, Set<String> scopes) {}
