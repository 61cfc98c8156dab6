package com.minhacarona.runtime.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * The attributes of a message in the dead-letter queue: why it is there, and those that it had. A
 * message that fills SQS's limit by itself loses some of them, the least important first.
 */
final class DeadLetter {
  static final String REASON = "reason";
  static final String DETAIL = "detail";
  static final String MESSAGE_ID = "message_id";

  /** SQS's own limit for a message. */
  private static final int MAX_ATTRIBUTES = 10;

  /** A person reads no more than that, and the body is there. */
  static final int MAX_DETAIL = 1_000;

  /** What a queue takes at most, bodies and attributes together; many are set to the lower one. */
  private static final int SMALL_QUEUE = 256 * 1024;

  private static final int LARGE_QUEUE = 1024 * 1024;

  private static final String TEXT = "String";
  private static final int REPLACEMENT = 0xFFFD;

  private final Map<String, MessageAttributeValue> attributes = new LinkedHashMap<>();
  private int left;

  private DeadLetter(int left) {
    this.left = left;
  }

  /** The attributes with which a message goes to the dead-letter queue. */
  static Map<String, MessageAttributeValue> attributes(Message message, Verdict.Poison why) {
    int body = message.body().getBytes(UTF_8).length;
    int size =
        body
            + message.messageAttributes().entrySet().stream()
                .mapToInt(a -> size(a.getKey(), a.getValue()))
                .sum();
    // The dead-letter queue takes what the message's own queue took, of which this much is known.
    DeadLetter letter = new DeadLetter((size <= SMALL_QUEUE ? SMALL_QUEUE : LARGE_QUEUE) - body);
    letter.add(REASON, text(why.reason()));
    letter.add(MESSAGE_ID, text(message.messageId()));
    letter.addDetail(why.detail());
    new TreeMap<>(message.messageAttributes()).forEach(letter::add);
    return letter.attributes;
  }

  private void add(String name, MessageAttributeValue value) {
    int size = size(name, value);
    if (attributes.size() < MAX_ATTRIBUTES && size <= left && !attributes.containsKey(name)) {
      attributes.put(name, value);
      left -= size;
    }
  }

  private void addDetail(String detail) {
    int room = Math.min(MAX_DETAIL, left - DETAIL.length() - TEXT.length());
    String cut = cut(acceptable(detail), room);
    if (!cut.isEmpty()) {
      add(DETAIL, text(cut));
    }
  }

  /** The beginning of a text that fits into this many bytes. */
  private static String cut(String text, int bytes) {
    int end = 0;
    int used = 0;
    while (end < text.length()) {
      int next = text.offsetByCodePoints(end, 1);
      used += text.substring(end, next).getBytes(UTF_8).length;
      if (used > bytes) {
        break;
      }
      end = next;
    }
    return text.substring(0, end);
  }

  private static MessageAttributeValue text(String value) {
    String acceptable = acceptable(value);
    // SQS takes no empty value.
    return MessageAttributeValue.builder()
        .dataType(TEXT)
        .stringValue(acceptable.isEmpty() ? "-" : acceptable)
        .build();
  }

  /** Replaces characters that SQS refuses: those that XML 1.0 does not have. */
  private static String acceptable(String text) {
    return text.codePoints()
        .map(c -> isAcceptable(c) ? c : REPLACEMENT)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isAcceptable(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || (c >= ' ' && c < Character.MIN_SURROGATE)
        || (c > Character.MAX_SURROGATE && c <= REPLACEMENT)
        || c >= Character.MIN_SUPPLEMENTARY_CODE_POINT;
  }

  /** How SQS counts: name, type and value. */
  private static int size(String name, MessageAttributeValue value) {
    int bytes =
        value.binaryValue() == null
            ? value.stringValue().getBytes(UTF_8).length
            : value.binaryValue().asByteArrayUnsafe().length;
    return name.length() + value.dataType().length() + bytes;
  }
}
