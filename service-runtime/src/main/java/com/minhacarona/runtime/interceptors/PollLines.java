package com.minhacarona.runtime.interceptors;

/**
 * How many calls that poll there are to one line of the access log.
 *
 * @param pollsALine 1 if each has one
 */
public record PollLines(int pollsALine) {
  /** Each call has a line. */
  public static final PollLines EACH = new PollLines(1);
}
