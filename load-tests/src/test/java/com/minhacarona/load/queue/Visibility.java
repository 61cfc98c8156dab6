package com.minhacarona.load.queue;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Lets no message be hidden for longer than a few seconds: a build has no minute to wait for the
 * messages of a process that is gone. With {@code -Dsoak} messages are hidden for as long as the
 * service asks.
 */
public final class Visibility {
  private static final int MOST_SECONDS = 3;

  private static final Pattern ASKED = Pattern.compile("(\"VisibilityTimeout\":)(\\d+)");

  /** Shortens the times that a request to SQS asks for. */
  public static final UnaryOperator<String> SHORTENED =
      Boolean.getBoolean("soak")
          ? UnaryOperator.identity()
          : request ->
              ASKED
                  .matcher(request)
                  .replaceAll(asked ->
                      asked.group(1) + Math.min(MOST_SECONDS, Integer.parseInt(asked.group(2))));

  private Visibility() {}
}
