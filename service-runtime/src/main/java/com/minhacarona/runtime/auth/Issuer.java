package com.minhacarona.runtime.auth;

import com.minhacarona.runtime.call.Caller;
import java.net.URI;
import java.util.Set;

/**
 * Whose tokens are believed, and what kind of caller they make. Two of these may have the same
 * issuer, such as a user pool that knows users and services; the first whose conditions a token
 * meets decides.
 *
 * @param issuer the exact {@code iss}
 * @param jwks where the issuer's keys are
 * @param kind what callers with these tokens are
 * @param audiences one of these must be the token's {@code aud}, or its {@code client_id} when it
 *     has no {@code aud}; never empty
 * @param tokenUse the exact {@code token_use}; empty when the token needs none
 * @param subjects one of these must be the {@code sub}; any when empty
 * @param scopePrefix how the scopes of ours begin in the {@code scope} claim; what follows it is
 *     the scope
 * @param requiredScope a scope without which the token is not good for this entry; none when empty
 * @param grants scopes that every caller by this entry has
 * @param idClaim the claim that is the caller's id
 * @param tenantClaim the claim that is the caller's tenant, without which a token is not good for
 *     this entry; never empty for users. When empty, the caller sees all tenants
 */
public record Issuer(
    String issuer,
    URI jwks,
    Caller.Kind kind,
    Set<String> audiences,
    String tokenUse,
    Set<String> subjects,
    String scopePrefix,
    String requiredScope,
    Set<String> grants,
    String idClaim,
    String tenantClaim) {}
