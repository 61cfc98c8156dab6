package com.minhacarona.runtime.process;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process environment, read once in {@code main} into config records. Blanks and line breaks
 * around a value are no part of it, because a file with a secret often ends in one. A missing or
 * malformed variable does not stop the reading; {@link #verify} reports all of them at once, before
 * anything opens. Not thread-safe.
 */
public final class Environment {
  /** The prefix of our own variables. One that is set but never read is reported as a mistake. */
  static final String PREFIX = "MINHA_CARONA_";

  /** ASCII digits only: {@link Integer#parseInt} takes those of every script. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private static final Pattern PRINTABLE = Pattern.compile("[!-~]+");
  private static final Pattern HOST_AND_PORT = Pattern.compile("[A-Za-z0-9._-]+:([0-9]{1,5})");
  private static final String ADDRESS = "an http or https address";
  private static final int MAX_PORT = 65_535;

  private final Map<String, String> variables;
  private final Set<String> asked = new HashSet<>();
  private final Set<String> problems = new LinkedHashSet<>();

  public Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /** A word of printable ASCII characters. */
  public String text(String name, String fallback) {
    return optionalText(name).orElse(fallback);
  }

  /** As {@link #text}, and empty when it is not set. */
  public Optional<String> optionalText(String name) {
    return matching(name, PRINTABLE, "a word of printable ASCII characters");
  }

  /** A variable that must be set. When it is not, reads as empty, and {@link #verify} throws. */
  public String requiredText(String name) {
    if (value(name).isEmpty()) {
      problems.add(name + " is not set");
    }
    return optionalText(name).orElse("");
  }

  /**
   * A text of a form.
   *
   * @param form the form in words, to end a sentence that begins with "must be"
   */
  public Optional<String> matching(String name, Pattern pattern, String form) {
    return accepted(name, pattern.asMatchPredicate(), form);
  }

  /** A whole number from {@code min} to {@code max}. */
  public int integer(String name, int fallback, int min, int max) {
    Optional<String> value = value(name);
    if (value.isEmpty()) {
      return fallback;
    }
    if (NUMBER.matcher(value.get()).matches()) {
      int number = Integer.parseInt(value.get());
      if (number >= min && number <= max) {
        return number;
      }
    }
    wrong(name, "a whole number from %s to %s".formatted(min, max), value.get());
    return fallback;
  }

  /** One of a few words. */
  public String oneOf(String name, String fallback, Set<String> words) {
    return word(name, words).orElse(fallback);
  }

  /** As {@link #oneOf}, without a default: it must be set. */
  public Optional<String> requiredWord(String name, Set<String> words) {
    if (!isSet(name)) {
      problems.add("%s is not set, and must be %s".formatted(name, choice(words)));
    }
    return word(name, words);
  }

  private Optional<String> word(String name, Set<String> words) {
    Optional<String> value = value(name);
    value.filter(v -> !words.contains(v)).ifPresent(v -> wrong(name, choice(words), v));
    return value.filter(words::contains);
  }

  private static String choice(Set<String> words) {
    return "one of " + String.join(", ", new TreeSet<>(words));
  }

  /**
   * A text that a parser understands.
   *
   * @param form the form in words, to end a sentence that begins with "must be"
   * @param parser throws {@link IllegalArgumentException} with a message for what it does not
   *     understand
   */
  public <T> Optional<T> parsed(String name, String form, Function<String, T> parser) {
    Optional<String> value = value(name);
    try {
      return value.map(parser);
    } catch (IllegalArgumentException e) {
      problems.add(
          "%s must be %s: %s"
              .formatted(name, form, Printable.beginningOf(String.valueOf(e.getMessage()))));
      return Optional.empty();
    }
  }

  /** PEM: the text itself, as secrets are given to a process, or the path of a file with it. */
  public Optional<TextSource> pem(String name) {
    Optional<String> value = value(name);
    Optional<TextSource> source = value.flatMap(TextSource::ofPem);
    if (value.isPresent() && source.isEmpty()) {
      // It may be a key in another form, so no part of it is shown.
      problems.add(name + " must be PEM, or the path of a file with it that can be read");
    }
    return source;
  }

  /** Whether it is set, well or not. */
  public boolean isSet(String name) {
    return value(name).isPresent();
  }

  /** Reports what is wrong with several variables together. */
  public void problem(String sentence) {
    problems.add(sentence);
  }

  /** A duration in milliseconds, from 1 to {@code max}. */
  public Duration millis(String name, Duration fallback, Duration max) {
    return Duration.ofMillis(
        integer(name, Math.toIntExact(fallback.toMillis()), 1, Math.toIntExact(max.toMillis())));
  }

  /** An {@code http} or {@code https} address of printable ASCII characters. */
  public Optional<URI> address(String name) {
    Optional<String> value = matching(name, PRINTABLE, ADDRESS);
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
    wrong(name, ADDRESS, value.get());
    return Optional.empty();
  }

  /** {@code host:port}; the host is a name or an IPv4 address. */
  public Optional<String> hostAndPort(String name) {
    Optional<String> value = value(name);
    if (value.isEmpty()) {
      return value;
    }
    Matcher parts = HOST_AND_PORT.matcher(value.get());
    if (parts.matches()) {
      int port = Integer.parseInt(parts.group(1));
      if (port > 0 && port <= MAX_PORT) {
        return value;
      }
    }
    wrong(name, "host:port", value.get());
    return Optional.empty();
  }

  /** The path of a file or folder, which need not be there. */
  public Optional<Path> path(String name) {
    Optional<String> value = value(name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (value.get().chars().noneMatch(Character::isISOControl)) {
        return Optional.of(Path.of(value.get()));
      }
    } catch (InvalidPathException _) {
      // Reported below, as a path with control characters is.
    }
    wrong(name, "a path", value.get());
    return Optional.empty();
  }

  /** The path of a file that can be read. */
  public Optional<Path> readableFile(String name) {
    Optional<Path> path = path(name);
    if (path.isEmpty() || (Files.isRegularFile(path.get()) && Files.isReadable(path.get()))) {
      return path;
    }
    wrong(name, "a file that can be read", path.get().toString());
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
      throw new ConfigurationException(List.copyOf(problems));
    }
  }

  private Optional<String> value(String name) {
    asked.add(name);
    return Optional.ofNullable(variables.get(name))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  private Optional<String> accepted(String name, Predicate<String> form, String formInWords) {
    Optional<String> value = value(name);
    value.filter(form.negate()).ifPresent(text -> wrong(name, formInWords, text));
    return value.filter(form);
  }

  private void wrong(String name, String form, String value) {
    problems.add("%s must be %s, and is '%s'".formatted(name, form, Printable.beginningOf(value)));
  }
}
