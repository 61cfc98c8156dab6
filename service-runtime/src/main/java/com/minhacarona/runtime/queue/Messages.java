package com.minhacarona.runtime.queue;

import com.minhacarona.runtime.call.TraceId;
import io.grpc.Metadata;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** Reads what SQS says of a message. */
final class Messages {

  /** The message as its handler sees it. */
  static QueueMessage read(Message message) {
    Map<String, String> texts = new HashMap<>();
    message
        .messageAttributes()
        .forEach((name, value) -> {
          if (value.stringValue() != null) {
            texts.put(name, value.stringValue());
          }
        });
    return new QueueMessage(
        message.messageId(),
        message.body(),
        Map.copyOf(texts),
        receives(message),
        Instant.ofEpochMilli(number(message, MessageSystemAttributeName.SENT_TIMESTAMP, 0)));
  }

  /** How often it was received, this time included; roughly, as SQS counts. */
  static int receives(Message message) {
    return (int) number(message, MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, 1);
  }

  /** The sender's trace, in the header that carries it to a service. */
  static Metadata trace(Message message) {
    Metadata headers = new Metadata();
    String header = message.attributes().get(MessageSystemAttributeName.AWS_TRACE_HEADER);
    if (header != null) {
      headers.put(TraceId.HEADER, header);
    }
    return headers;
  }

  private static long number(Message message, MessageSystemAttributeName name, long otherwise) {
    try {
      String value = message.attributes().get(name);
      return value == null ? otherwise : Long.parseLong(value);
    } catch (NumberFormatException _) {
      // A message is not worth less because of a number that only says how old it is.
      return otherwise;
    }
  }

  private Messages() {}
}
