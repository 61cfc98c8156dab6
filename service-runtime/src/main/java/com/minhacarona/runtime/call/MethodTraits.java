package com.minhacarona.runtime.call;

import io.grpc.MethodDescriptor;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the runtime treats a method. The module of a feature declares one for each method. A method
 * without traits runs on a virtual thread, shares the limit of all work, and is not timed.
 *
 * @param maxMessageBytes how large a message of a caller may be
 */
public record MethodTraits(MethodDescriptor<?, ?> method, int maxMessageBytes, Set<Trait> traits) {
  /** Of a method that does not need more: ids, numbers, and a short text. */
  public static final int MAX_MESSAGE_BYTES = 1024;

  /** One thing that is true of a method. */
  public enum Trait {
    /**
     * Never blocks, and so runs on the event loop that read the call. What must wait is done by
     * {@link CallWork}.
     */
    ANSWERS_ON_EVENT_LOOP,
    /** Callers repeat it to see whether something has changed, so it has a limit of its own. */
    POLLS,
    /** Changes nothing, so that people on call may call it. */
    READS,
    /** Has a latency target, so its duration is published with percentiles. */
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

  /** The full names of the methods that have a trait. */
  public static Set<String> namesWith(Trait trait, Collection<MethodTraits> methods) {
    return methodsWith(trait, methods).stream()
        .map(MethodDescriptor::getFullMethodName)
        .collect(Collectors.toUnmodifiableSet());
  }
}
