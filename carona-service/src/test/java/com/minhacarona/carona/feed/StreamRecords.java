package com.minhacarona.carona.feed;

import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Records of the table's stream as EventBridge Pipes writes them. */
final class StreamRecords {

  /** As EventBridge Pipes hands on a record of a DynamoDB stream (its documentation's example). */
  static String record(String event, Map<String, AttributeValue> image) {
    return """
    {"eventID": "1", "eventVersion": "1.1", "eventName": "%s", "eventSource": "aws:dynamodb",
     "awsRegion": "sa-east-1", "dynamodb": {"ApproximateCreationDateTime": 1795261200,
     "Keys": {"PK": {"S": "x"}, "SK": {"S": "y"}}, "NewImage": %s,
     "SequenceNumber": "111", "SizeBytes": 26, "StreamViewType": "NEW_AND_OLD_IMAGES"},
     "eventSourceARN": "arn:aws:dynamodb:sa-east-1:000000000000:table/t/stream/s"}\
    """
        .formatted(event, json(image));
  }

  static String json(Map<String, AttributeValue> item) {
    return item.entrySet().stream()
        .map(e -> "\"%s\": %s".formatted(e.getKey(), json(e.getValue())))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String json(AttributeValue value) {
    return switch (value.type()) {
      case S -> "{\"S\": \"%s\"}".formatted(value.s());
      case N -> "{\"N\": \"%s\"}".formatted(value.n());
      case M -> "{\"M\": %s}".formatted(json(value.m()));
      case L ->
          value.l().stream()
              .map(StreamRecords::json)
              .collect(Collectors.joining(", ", "{\"L\": [", "]}"));
      default -> throw new AssertionError(value);
    };
  }

  private StreamRecords() {}
}
