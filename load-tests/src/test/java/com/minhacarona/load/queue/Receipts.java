package com.minhacarona.load.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.minhacarona.load.queue.Wire.Carried;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads off the wire to SQS what became of the messages that a process was given. */
final class Receipts {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The bodies of a queue's messages that the process was given and has not done with, by receipt.
   */
  static Map<String, String> inHand(Wire sqs, String queueUrl) {
    Map<String, String> inHand = new LinkedHashMap<>();
    for (Carried carried : sqs.carried()) {
      JsonNode request = json(carried.request());
      if (request.path("QueueUrl").asText().equals(queueUrl)) {
        switch (carried.operation()) {
          case "ReceiveMessage" ->
              json(carried.answer())
                  .path("Messages")
                  .forEach(message ->
                      inHand.put(
                          message.get("ReceiptHandle").asText(), message.get("Body").asText()));
          case "DeleteMessageBatch" ->
              request
                  .get("Entries")
                  .forEach(entry -> inHand.remove(entry.get("ReceiptHandle").asText()));
          case "ChangeMessageVisibility" -> inHand.remove(request.get("ReceiptHandle").asText());
          default -> throw new IllegalStateException("unknown: " + carried.operation());
        }
      }
    }
    return inHand;
  }

  /** How many messages of a queue the process has deleted. */
  static int deleted(Wire sqs, String queueUrl) {
    return sqs.carried().stream()
        .filter(carried -> carried.operation().equals("DeleteMessageBatch"))
        .map(carried -> json(carried.request()))
        .filter(request -> request.get("QueueUrl").asText().equals(queueUrl))
        .mapToInt(request -> request.get("Entries").size())
        .sum();
  }

  /** To whom the e-mails went that these requests to SES sent. */
  static List<String> recipients(Collection<String> requests) {
    return requests.stream()
        .map(request -> json(request).at("/Destination/ToAddresses/0").asText())
        .toList();
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private Receipts() {}
}
