package com.minhacarona.table;

import static com.minhacarona.table.Attributes.GSI1PK;
import static com.minhacarona.table.Attributes.GSI1SHARD;
import static com.minhacarona.table.Attributes.GSI1SK;
import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.SK;

import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** The definition of the one table that both services share. */
public final class MinhaCaronaTable {
  public static final String DEFAULT_NAME = "minha-carona";
  public static final String TTL_ATTRIBUTE = Attributes.EXPIRA_EM;

  /** The old image tells an update from a removal by expiry; the new one is the state to show. */
  public static final StreamViewType STREAM = StreamViewType.NEW_AND_OLD_IMAGES;

  public static final List<KeySchemaElement> KEY =
      List.of(key(PK, KeyType.HASH), key(SK, KeyType.RANGE));

  public static final List<KeySchemaElement> INDEX_KEY =
      List.of(key(GSI1PK, KeyType.HASH), key(GSI1SHARD, KeyType.HASH), key(GSI1SK, KeyType.RANGE));

  public static final ProjectionType INDEX_PROJECTION = ProjectionType.KEYS_ONLY;

  /** The types of the attributes that keys are made of. */
  public static final List<AttributeDefinition> KEY_ATTRIBUTES =
      List.of(
          attribute(PK, ScalarAttributeType.S),
          attribute(SK, ScalarAttributeType.S),
          attribute(GSI1PK, ScalarAttributeType.S),
          attribute(GSI1SHARD, ScalarAttributeType.N),
          attribute(GSI1SK, ScalarAttributeType.S));

  public static CreateTableRequest definition(String tableName) {
    return CreateTableRequest.builder()
        .tableName(tableName)
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .keySchema(KEY)
        .attributeDefinitions(KEY_ATTRIBUTES)
        .globalSecondaryIndexes(
            GlobalSecondaryIndex.builder()
                .indexName(OpenCaronaIndex.NAME)
                .keySchema(INDEX_KEY)
                .projection(p -> p.projectionType(INDEX_PROJECTION))
                .build())
        .streamSpecification(s -> s.streamEnabled(true).streamViewType(STREAM))
        .build();
  }

  /**
   * Creates the table and turns on its expiry. It is for DynamoDB Local only, because on AWS the
   * table is deployed.
   */
  public static void create(DynamoDbClient dynamoDb, String tableName) {
    dynamoDb.createTable(definition(tableName));
    try (var waiter = dynamoDb.waiter()) {
      waiter.waitUntilTableExists(r -> r.tableName(tableName));
    }
    dynamoDb.updateTimeToLive(r ->
        r.tableName(tableName)
            .timeToLiveSpecification(t -> t.enabled(true).attributeName(TTL_ATTRIBUTE)));
  }

  private static KeySchemaElement key(String attribute, KeyType type) {
    return KeySchemaElement.builder().attributeName(attribute).keyType(type).build();
  }

  private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  private MinhaCaronaTable() {}
}
