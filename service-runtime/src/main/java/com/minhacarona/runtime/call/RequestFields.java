package com.minhacarona.runtime.call;

import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest.FieldViolation;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads the fields of one request and collects what is wrong with them, so that {@link #check} can
 * report all of it at once. A field that is wrong still reads as it was sent, so use no value
 * before {@link #check} has returned.
 */
public final class RequestFields {
  private static final Pattern UUID =
      Pattern.compile("[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}");

  /** Timestamp's own range, years 1 to 9999. */
  private static final Instant MIN_TIME = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant MAX_TIME = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private final List<FieldViolation> violations = new ArrayList<>();
  private int outOfTime;

  /** An opaque id of 1 to {@code maxLength} letters, digits, or {@code . _ : @ -}. */
  public String id(String field, String value, int maxLength) {
    if (value.isEmpty()) {
      violation(field, "is required");
    } else if (value.length() > maxLength) {
      violation(
          field,
          "must have at most %s characters, and has %s".formatted(maxLength, value.length()));
    } else if (!hasIdCharacters(value)) {
      violation(field, "may have only letters, digits, and . _ : @ -");
    }
    return value;
  }

  /** Whether this is an opaque id of 1 to {@code maxLength} characters. */
  public static boolean isId(String value, int maxLength) {
    return !value.isEmpty() && value.length() <= maxLength && hasIdCharacters(value);
  }

  /**
   * Whether it has only characters of ids that others assign: Cognito subjects, slugs, e-mail
   * addresses. By hand, because each call has an id or two, and a pattern takes as long as the
   * rest.
   */
  private static boolean hasIdCharacters(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == ':'
              || c == '@'
              || c == '-';
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  /** Like {@link #id}, but may be empty. */
  public Optional<String> optionalId(String field, String value, int maxLength) {
    return value.isEmpty() ? Optional.empty() : Optional.of(id(field, value, maxLength));
  }

  /**
   * The UUID that tells a repeated call from a new one, in lower case so that equal UUIDs are equal
   * texts. Notes it for the access log.
   */
  public String requestId(String field, String value) {
    if (value.isEmpty()) {
      violation(field, "is required: a UUID of your choice, the same one when you repeat a call");
    } else if (!UUID.matcher(value).matches()) {
      violation(field, "must be a UUID, such as 7f5c2c1e-58a5-4f0c-9a43-0e1b0d6a2f11");
    } else {
      CallRecord.current().noteRequestId(value.toLowerCase(Locale.ROOT));
    }
    return value.toLowerCase(Locale.ROOT);
  }

  /** A text of at most {@code maxLength} characters, none of them a control character. */
  public String optionalText(String field, String value, int maxLength) {
    int length = value.codePointCount(0, value.length());
    if (length > maxLength) {
      violation(field, "must have at most %s characters, and has %s".formatted(maxLength, length));
    }
    if (value.codePoints().anyMatch(Character::isISOControl)) {
      violation(field, "must not have control characters");
    }
    return value;
  }

  /** Like {@link #optionalText}, but not empty. */
  public String requiredText(String field, String value, int maxLength) {
    if (value.isEmpty()) {
      violation(field, "is required");
    }
    return optionalText(field, value, maxLength);
  }

  /** A text that is empty or matches the pattern as a whole. */
  public String optionalMatch(String field, String value, Pattern pattern, String description) {
    if (!value.isEmpty() && !pattern.matcher(value).matches()) {
      violation(field, description);
    }
    return value;
  }

  /** A number from {@code min} to {@code max}. */
  public int range(String field, int value, int min, int max) {
    if (value < min || value > max) {
      violation(field, "must be from %s to %s, and is %s".formatted(min, max, value));
    }
    return value;
  }

  /**
   * A required instant after {@code after} and no later than {@code latest}, cut to milliseconds.
   */
  public Instant instant(
      String field, boolean present, Timestamp value, Instant after, Instant latest) {
    if (!present) {
      violation(field, "is required");
      return Instant.EPOCH;
    }
    Optional<Instant> valid = optionalInstant(field, true, value);
    valid.ifPresent(instant -> {
      if (!instant.isAfter(after)) {
        outOfTime++;
        violation(field, "must be after %s, and is %s".formatted(after, instant));
      } else if (instant.isAfter(latest)) {
        outOfTime++;
        violation(field, "must not be after %s, and is %s".formatted(latest, instant));
      }
    });
    return valid.orElse(Instant.EPOCH);
  }

  /** An instant if one was given, cut to milliseconds. */
  public Optional<Instant> optionalInstant(String field, boolean present, Timestamp value) {
    if (!present) {
      return Optional.empty();
    }
    if (value.getSeconds() < MIN_TIME.getEpochSecond()
        || value.getSeconds() > MAX_TIME.getEpochSecond()
        || value.getNanos() < 0
        || value.getNanos() > 999_999_999) {
      violation(field, "is not a valid timestamp");
      return Optional.empty();
    }
    return Optional.of(
        Instant.ofEpochSecond(value.getSeconds(), value.getNanos()).truncatedTo(ChronoUnit.MILLIS));
  }

  /** Reports a field that breaks a rule of the caller's own. */
  public void violation(String field, String description) {
    violations.add(FieldViolation.newBuilder().setField(field).setDescription(description).build());
  }

  /** Throws {@code INVALID_ARGUMENT} when any field was wrong. */
  public void check() {
    if (!violations.isEmpty()) {
      throw Errors.invalidArgument(violations);
    }
  }

  /** What is wrong, in words, for whoever gets no status; empty when nothing is. */
  public Optional<String> faults() {
    return violations.isEmpty()
        ? Optional.empty()
        : Optional.of(
            violations.stream()
                .map(violation -> violation.getField() + " " + violation.getDescription())
                .collect(Collectors.joining("; ")));
  }

  /**
   * Like {@link #check}, but does not throw when the only fault is that it is too late or too early
   * for an {@link #instant}: the request may have been in time when it was first made.
   *
   * @return the refusal for that fault; empty when there is none
   */
  public Optional<StatusRuntimeException> checkAllButTime() {
    if (violations.size() > outOfTime) {
      throw Errors.invalidArgument(violations);
    }
    return violations.isEmpty()
        ? Optional.empty()
        : Optional.of(Errors.invalidArgument(violations));
  }
}
