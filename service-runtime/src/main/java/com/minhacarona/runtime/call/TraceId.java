package com.minhacarona.runtime.call;

import io.grpc.Context;
import io.grpc.Metadata;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id that finds one call in the logs; an {@code INTERNAL} error carries it. It is the root of
 * the {@code x-amzn-trace-id} header, which an AWS load balancer adds. Without that header it is a
 * new id in the same form: version, seconds since 1970 and 96 random bits, in hexadecimal.
 */
public final class TraceId {
  public static final Metadata.Key<String> HEADER =
      Metadata.Key.of("x-amzn-trace-id", Metadata.ASCII_STRING_MARSHALLER);

  private static final Context.Key<Id> CURRENT = Context.key("trace-id");
  private static final Pattern ROOT =
      Pattern.compile("(?:^|;) ?Root=(1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24})(?:;|$)");

  /** Twice what AWS sends. */
  private static final int MAX_LENGTH = 256;

  private final Clock clock;
  private final RandomGenerator random;

  public TraceId(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** The id of the call that the current context belongs to, or {@code "-"} outside of calls. */
  public static String current() {
    Id id = CURRENT.get();
    return id == null ? "-" : id.text();
  }

  public Context attach(Context context, Metadata headers) {
    return context.withValue(CURRENT, new Id(root(headers)));
  }

  /** One id, which is made up when somebody asks: most calls are neither logged nor traced. */
  private final class Id {
    private Optional<String> text;

    Id(Optional<String> text) {
      this.text = text;
    }

    synchronized String text() {
      if (text.isEmpty()) {
        text = Optional.of(newRoot());
      }
      return text.get();
    }
  }

  /**
   * The caller's {@code x-amzn-trace-id}; empty when there is none with a valid root, or more than
   * one: a trace helps people only, so no call is refused for it.
   */
  public static Optional<String> header(Metadata headers) {
    Iterable<String> values = headers.getAll(HEADER);
    if (values == null) {
      return Optional.empty();
    }
    Iterator<String> given = values.iterator();
    String header = given.next();
    boolean valid =
        !given.hasNext() && header.length() <= MAX_LENGTH && ROOT.matcher(header).find();
    return valid ? Optional.of(header) : Optional.empty();
  }

  private static Optional<String> root(Metadata headers) {
    return header(headers).map(ROOT::matcher).filter(Matcher::find).map(root -> root.group(1));
  }

  private String newRoot() {
    byte[] unique = new byte[12];
    random.nextBytes(unique);
    return "1-%08x-%s"
        .formatted(clock.instant().getEpochSecond(), HexFormat.of().formatHex(unique));
  }
}
