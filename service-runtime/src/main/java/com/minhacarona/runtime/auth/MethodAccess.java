package com.minhacarona.runtime.auth;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.MethodTraits;
import com.minhacarona.runtime.call.MethodTraits.Trait;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which kinds of callers may call a method at all: services all, people on call those that change
 * nothing, with health and reflection, users those of the features. What a caller may do to whom is
 * the features' to judge.
 */
public final class MethodAccess {
  /** How the methods of health and reflection begin. */
  private static final String OF_GRPC = "grpc.";

  private final Set<String> ofFeatures;
  private final Set<String> reading;

  @Inject
  MethodAccess(Set<MethodTraits> methods) {
    this.ofFeatures =
        methods.stream()
            .map(method -> method.method().getFullMethodName())
            .collect(Collectors.toUnmodifiableSet());
    this.reading =
        MethodTraits.methodsWith(Trait.READS, methods).stream()
            .map(MethodDescriptor::getFullMethodName)
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Refuses a caller who may not call the method.
   *
   * @throws StatusRuntimeException {@code PERMISSION_DENIED SEM_PERMISSAO}
   */
  public void require(Caller caller, MethodDescriptor<?, ?> method) {
    String name = method.getFullMethodName();
    boolean allowed =
        switch (caller.kind()) {
          case SERVICE -> true;
          case OPERATOR -> name.startsWith(OF_GRPC) || reading.contains(name);
          case USER -> ofFeatures.contains(name);
        };
    if (!allowed) {
      throw Errors.permissionDenied();
    }
  }
}
