package com.minhacarona.table;

import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.VERSAO;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Puts a whole item as one part of a transaction. When its condition fails, DynamoDB returns the
 * old item with the reason.
 */
public final class ConditionalPut {

  /** Puts an item on condition that there is none with its key. */
  public static TransactWriteItem ofNew(String tableName, Map<String, AttributeValue> item) {
    return of(put(tableName, item).conditionExpression("attribute_not_exists(" + PK + ")"));
  }

  /**
   * Replaces an item on condition that nobody else has changed it since it was read.
   *
   * @param seenVersao the {@code versao} that was read
   */
  public static TransactWriteItem ofChanged(
      String tableName, Map<String, AttributeValue> item, long seenVersao) {
    return of(
        put(tableName, item)
            .conditionExpression(VERSAO + " = :seen")
            .expressionAttributeValues(Map.of(":seen", Values.n(seenVersao))));
  }

  static Put.Builder put(String tableName, Map<String, AttributeValue> item) {
    return Put.builder()
        .tableName(tableName)
        .item(item)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
  }

  static TransactWriteItem of(Put.Builder put) {
    return TransactWriteItem.builder().put(put.build()).build();
  }

  private ConditionalPut() {}
}
