package com.minhacarona.runtime.auth;

import com.google.inject.AbstractModule;
import com.google.inject.Singleton;

/** Binds what finds out who makes a call. */
public final class AuthModule extends AbstractModule {
  private final AuthConfig config;

  public AuthModule(AuthConfig config) {
    this.config = config;
  }

  @Override
  protected void configure() {
    bind(AuthConfig.class).toInstance(config);
    bind(TokenVerifier.class).in(Singleton.class);
    bind(CertifiedCallers.class);
    bind(MethodAccess.class).in(Singleton.class);
    bind(Authenticator.class).in(Singleton.class);
  }
}
