package com.minhacarona.runtime.process;

/** Shows to a person what somebody else wrote. */
final class Printable {
  /** A message shows no more characters of a value. */
  private static final int SHOWN = 80;

  /** The beginning of a value on one line, with control characters made visible. */
  static String beginningOf(String value) {
    StringBuilder shown = new StringBuilder();
    value
        .codePoints()
        .limit(SHOWN)
        .forEach(c -> {
          if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
            shown.append("\\u%04x".formatted(c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return value.codePointCount(0, value.length()) > SHOWN ? shown + "…" : shown.toString();
  }

  private Printable() {}
}
