package com.minhacarona.runtime.process;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.Stage;
import java.util.ArrayList;
import java.util.List;

/** Makes Guice strict: a wiring mistake fails at start, and nothing is bound implicitly. */
public final class Injectors {

  public static Injector create(List<Module> modules) {
    List<Module> all = new ArrayList<>(modules);
    all.add(new Strict());
    return Guice.createInjector(Stage.PRODUCTION, all);
  }

  private static final class Strict extends AbstractModule {
    @Override
    protected void configure() {
      binder().requireExplicitBindings();
      binder().requireAtInjectOnConstructors();
      binder().requireExactBindingAnnotations();
      binder().disableCircularProxies();
    }
  }

  private Injectors() {}
}
