package com.minhacarona.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.minhacarona.carona.feed.SnsStandIn;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.DynamoDbProxy.Answered;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The permissions of IAM that a service's requests need, as "action on resource". A request may
 * need several: IAM asks for each item of a transaction, and for the tags of a new queue.
 */
final class SentActions {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The actions of a transaction's items (developer guide, "IAM with transactions"). */
  private static final Map<String, String> OF_AN_ITEM =
      Map.of(
          "Put", "PutItem",
          "Update", "UpdateItem",
          "Delete", "DeleteItem",
          "ConditionCheck", "ConditionCheckItem",
          "Get", "GetItem");

  private final Set<String> permissions = new TreeSet<>();

  Set<String> permissions() {
    return permissions;
  }

  void add(String action, String resource) {
    permissions.add(action + " on " + resource);
  }

  void addDynamoDb(DynamoDbProxy wire) throws IOException {
    for (Answered answered : wire.answered()) {
      JsonNode request = JSON.readTree(answered.request());
      if (answered.operation().startsWith("Transact")) {
        for (JsonNode item : request.get("TransactItems")) {
          item.fieldNames()
              .forEachRemaining(kind -> add("dynamodb:" + OF_AN_ITEM.get(kind), "table"));
        }
      } else {
        String index = request.path("IndexName").asText("");
        add("dynamodb:" + answered.operation(), index.isEmpty() ? "table" : "index/" + index);
      }
    }
  }

  /** The batches of SQS need the permission for one message; ListQueues knows no resource. */
  void addSqs(DynamoDbProxy wire, String prefix) throws IOException {
    for (Answered answered : wire.answered()) {
      JsonNode request = JSON.readTree(answered.request());
      String action = "sqs:" + answered.operation().replaceFirst("Batch$", "");
      String address = request.path("QueueName").asText(request.path("QueueUrl").asText());
      String name = address.substring(address.lastIndexOf('/') + 1);
      String queue = name.startsWith(prefix) ? "queue" : name;
      add(action, action.equals("sqs:ListQueues") ? "*" : queue);
      if (action.equals("sqs:CreateQueue") && !request.path("tags").isEmpty()) {
        add("sqs:TagQueue", "queue");
      }
    }
  }

  void addSns(SnsStandIn sns) {
    for (SnsStandIn.Call call : sns.calls()) {
      add("sns:" + call.action(), call.arn().equals(SnsStandIn.TOPIC) ? "topic" : "subscription");
    }
  }
}
