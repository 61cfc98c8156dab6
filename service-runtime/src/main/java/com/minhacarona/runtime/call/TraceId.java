package com.minhacarona.runtime.call;

import io.grpc.Context;
import io.grpc.Metadata;
import java.time.Clock;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The id that finds one call in the logs; an {@code INTERNAL} error carries it. It is the root of
 * the {@code x-amzn-trace-id} header, which an AWS load balancer adds. Without that header it is a
 * new id in the same form: version, seconds since 1970 and 96 random bits, in hexadecimal.
 */
public final class TraceId {
  public static final Metadata.Key<String> HEADER =
      Metadata.Key.of("x-amzn-trace-id", Metadata.ASCII_STRING_MARSHALLER);

  private static final Context.Key<String> CURRENT = Context.key("trace-id");
  private static final String ROOT = "Root=";
  private static final int MAX_LENGTH = 64;

  private final Clock clock;
  private final RandomGenerator random;

  public TraceId(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** The id of the call that the current context belongs to, or {@code "-"} outside of calls. */
  public static String current() {
    String id = CURRENT.get();
    return id == null ? "-" : id;
  }

  public Context attach(Context context, Metadata headers) {
    return context.withValue(CURRENT, from(headers.get(HEADER)));
  }

  private String from(String header) {
    if (header != null) {
      for (String field : header.split(";", -1)) {
        if (field.startsWith(ROOT) && field.length() <= MAX_LENGTH) {
          return field.substring(ROOT.length());
        }
      }
    }
    byte[] unique = new byte[12];
    random.nextBytes(unique);
    return "1-%08x-%s"
        .formatted(clock.instant().getEpochSecond(), HexFormat.of().formatHex(unique));
  }
}
