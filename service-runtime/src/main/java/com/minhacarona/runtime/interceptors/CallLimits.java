package com.minhacarona.runtime.interceptors;

import com.minhacarona.runtime.call.MethodTraits;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * How long the calls of a method may last, and how large their messages may be.
 *
 * @param deadline of a call whose caller gives none
 * @param ceiling a later deadline than this counts as this
 * @param maxMessageBytes of one message, as it comes over the network and decompressed
 */
record CallLimits(Duration deadline, Duration ceiling, int maxMessageBytes) {
  /** Longer than any unary call takes with all its retries. */
  static final Duration UNARY_DEADLINE = Duration.ofSeconds(10);

  /** A caller who waits longer than this has lost interest, or never had any. */
  static final Duration UNARY_CEILING = Duration.ofSeconds(30);

  /** Streams of updates end by themselves after 15 minutes at the latest, lists long before. */
  static final Duration STREAM_CEILING = Duration.ofMinutes(16);

  /** A watch of health lasts as long as its connection: its age, and the grace after that. */
  private static final Duration WATCH_CEILING = Duration.ofMinutes(35);

  /** Of a method that says nothing else, and of health and reflection: names and short texts. */
  static final int MESSAGE_BYTES = MethodTraits.MAX_MESSAGE_BYTES;

  private static final CallLimits UNARY =
      new CallLimits(UNARY_DEADLINE, UNARY_CEILING, MESSAGE_BYTES);

  private static final CallLimits STREAM =
      new CallLimits(STREAM_CEILING, STREAM_CEILING, MESSAGE_BYTES);

  private static final CallLimits WATCH =
      new CallLimits(WATCH_CEILING, WATCH_CEILING, MESSAGE_BYTES);

  /** The limits by full name of method. Names that are not there are unknown methods, or unary. */
  static Map<String, CallLimits> byMethod(Collection<MethodTraits> methods) {
    Map<String, CallLimits> limits = new HashMap<>();
    for (MethodTraits method : methods) {
      boolean unary = method.method().getType() == MethodType.UNARY;
      CallLimits usual = unary ? UNARY : STREAM;
      limits.put(
          method.method().getFullMethodName(),
          new CallLimits(usual.deadline, usual.ceiling, method.maxMessageBytes()));
    }
    limits.put(HealthGrpc.getWatchMethod().getFullMethodName(), WATCH);
    return Map.copyOf(limits);
  }

  /** Of a method that is not there: reflection needs seconds, the others are unary. */
  static CallLimits unknown() {
    return UNARY;
  }
}
