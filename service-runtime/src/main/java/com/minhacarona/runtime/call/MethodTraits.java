package com.minhacarona.runtime.call;

import io.grpc.MethodDescriptor;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the runtime treats a method. Each method of a service has exactly one, in the module of its
 * feature; a method without traits runs on a virtual thread, and is neither limited as polling nor
 * timed.
 */
public record MethodTraits(MethodDescriptor<?, ?> method, Set<Trait> traits) {

  /** One thing that is true of a method. */
  public enum Trait {
    /** Never blocks, and so runs on the event loop that read the call. */
    ANSWERS_ON_EVENT_LOOP,
    /** Callers repeat it to see whether something has changed: it has a limit of its own. */
    POLLS,
    /** Has a latency target: its duration is published, percentiles included. */
    TIMED
  }

  /** The methods that have a trait. */
  public static Set<MethodDescriptor<?, ?>> methodsWith(
      Trait trait, Collection<MethodTraits> methods) {
    return methods.stream()
        .filter(method -> method.traits().contains(trait))
        .map(MethodTraits::method)
        .collect(Collectors.toUnmodifiableSet());
  }
}
