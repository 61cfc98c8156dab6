package com.minhacarona.runtime.process;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The process environment, read once in {@code main} into config records. A missing or malformed
 * variable does not stop the reading; {@link #verify} reports all of them at once, before anything
 * opens. Not thread-safe.
 */
public final class Environment {
  /** The prefix of our own variables. One that is set but never read is reported as a mistake. */
  static final String PREFIX = "MINHA_CARONA_";

  private final Map<String, String> variables;
  private final Set<String> asked = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  public Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  public String text(String name, String fallback) {
    return value(name).orElse(fallback);
  }

  public Optional<String> optionalText(String name) {
    return value(name);
  }

  /** A variable that must be set. When it is not, reads as empty, and {@link #verify} throws. */
  public String requiredText(String name) {
    Optional<String> value = value(name);
    if (value.isEmpty()) {
      problems.add(name + " is not set");
    }
    return value.orElse("");
  }

  /** A whole number from {@code min} to {@code max}. */
  public int integer(String name, int fallback, int min, int max) {
    Optional<String> value = value(name);
    if (value.isEmpty()) {
      return fallback;
    }
    try {
      int number = Integer.parseInt(value.get());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Reported below, like a number out of range.
    }
    problems.add(
        "%s must be a whole number from %d to %d, and is '%s'"
            .formatted(name, min, max, value.get()));
    return fallback;
  }

  /** One of a few words. */
  public String oneOf(String name, String fallback, Set<String> words) {
    String value = value(name).orElse(fallback);
    if (words.contains(value)) {
      return value;
    }
    problems.add(
        "%s must be one of %s, and is '%s'"
            .formatted(name, String.join(", ", new TreeSet<>(words)), value));
    return fallback;
  }

  /** A duration in milliseconds, from 1 to {@code max}. */
  public Duration millis(String name, Duration fallback, Duration max) {
    return Duration.ofMillis(
        integer(name, Math.toIntExact(fallback.toMillis()), 1, Math.toIntExact(max.toMillis())));
  }

  /** An {@code http} or {@code https} address. */
  public Optional<URI> address(String name) {
    Optional<String> value = value(name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = new URI(value.get());
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null) {
        return Optional.of(uri);
      }
    } catch (URISyntaxException _) {
      // Reported below, like an address of another kind.
    }
    problems.add("%s must be an http or https address, and is '%s'".formatted(name, value.get()));
    return Optional.empty();
  }

  /**
   * Ends the reading, and reports everything that was wrong.
   *
   * @throws ConfigurationException naming every variable that is missing, malformed or unknown
   */
  public void verify() {
    variables.keySet().stream()
        .filter(name -> name.startsWith(PREFIX) && !asked.contains(name))
        // One task definition serves several services, and leaves blank the variables of others.
        .filter(name -> !variables.get(name).isBlank())
        .sorted()
        .forEach(name -> problems.add(name + " is not a variable of this program"));
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  private Optional<String> value(String name) {
    asked.add(name);
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }
}
