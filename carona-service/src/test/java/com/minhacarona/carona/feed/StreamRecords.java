package com.minhacarona.carona.feed;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
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
      case S -> "{\"S\": %s}".formatted(quoted(value.s()));
      case N -> "{\"N\": %s}".formatted(quoted(value.n()));
      case B -> "{\"B\": %s}".formatted(base64(value.b()));
      case BOOL -> "{\"BOOL\": %s}".formatted(value.bool());
      case NUL -> "{\"NULL\": true}";
      case M -> "{\"M\": %s}".formatted(json(value.m()));
      case L -> "{\"L\": %s}".formatted(list(value.l(), StreamRecords::json));
      case SS -> "{\"SS\": %s}".formatted(list(value.ss(), StreamRecords::quoted));
      case NS -> "{\"NS\": %s}".formatted(list(value.ns(), StreamRecords::quoted));
      case BS -> "{\"BS\": %s}".formatted(list(value.bs(), StreamRecords::base64));
      case UNKNOWN_TO_SDK_VERSION -> throw new AssertionError(value);
    };
  }

  private static <T> String list(List<T> values, Function<T, String> json) {
    return values.stream().map(json).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  private static String base64(SdkBytes bytes) {
    return quoted(Base64.getEncoder().encodeToString(bytes.asByteArray()));
  }

  private StreamRecords() {}
}
