package com.minhacarona.cdk;

import com.minhacarona.table.MinhaCaronaTable;
import com.minhacarona.table.OpenCaronaIndex;
import java.util.List;
import java.util.function.Predicate;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.GlobalSecondaryIndexPropsV2;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.ProjectionType;
import software.amazon.awscdk.services.dynamodb.ReplicaTableProps;
import software.amazon.awscdk.services.dynamodb.StreamViewType;
import software.amazon.awscdk.services.dynamodb.TableEncryptionV2;
import software.amazon.awscdk.services.dynamodb.TableV2;
import software.amazon.awscdk.services.dynamodb.WarmThroughput;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.constructs.Construct;

/** The table, as {@link MinhaCaronaTable} defines it. */
final class TableStack extends EnvironmentStack {
  /** The longest that DynamoDB can go back. */
  private static final PointInTimeRecoverySpecification RECOVERY =
      PointInTimeRecoverySpecification.builder()
          .pointInTimeRecoveryEnabled(true)
          .recoveryPeriodInDays(35)
          .build();

  /** What a new table reads a second, which warm throughput may not be lower than (AWS). */
  private static final int NEW_TABLE_READS = 12_000;

  private final TableV2 table;

  TableStack(Construct scope, EnvironmentConfig config) {
    super(scope, "table", config, "Minha Carona: the table");
    GlobalSecondaryIndexPropsV2.Builder index =
        GlobalSecondaryIndexPropsV2.builder()
            .indexName(OpenCaronaIndex.NAME)
            .partitionKeys(hashes(MinhaCaronaTable.INDEX_KEY))
            .sortKey(range(MinhaCaronaTable.INDEX_KEY))
            .projectionType(ProjectionType.valueOf(MinhaCaronaTable.INDEX_PROJECTION.name()));
    config.warmWrites().ifPresent(writes -> index.warmThroughput(warm(writes.index())));
    TableV2.Builder builder =
        TableV2.Builder.create(this, "table")
            .tableName(config.tableName())
            .partitionKey(hashes(MinhaCaronaTable.KEY).getFirst())
            .sortKey(range(MinhaCaronaTable.KEY))
            .globalSecondaryIndexes(List.of(index.build()))
            .dynamoStream(StreamViewType.valueOf(MinhaCaronaTable.STREAM.name()))
            .timeToLiveAttribute(MinhaCaronaTable.TTL_ATTRIBUTE)
            .encryption(TableEncryptionV2.awsManagedKey())
            .pointInTimeRecoverySpecification(RECOVERY)
            .deletionProtection(true)
            .removalPolicy(RemovalPolicy.RETAIN);
    config.replica().ifPresent(region -> builder.replicas(List.of(replica(region))));
    config.warmWrites().ifPresent(writes -> builder.warmThroughput(warm(writes.table())));
    table = builder.build();
  }

  /** The stream of the table's changes. */
  String streamArn() {
    return table.getTableStreamArn();
  }

  private static WarmThroughput warm(int writes) {
    return WarmThroughput.builder()
        .readUnitsPerSecond(NEW_TABLE_READS)
        .writeUnitsPerSecond(writes)
        .build();
  }

  private static ReplicaTableProps replica(String region) {
    return ReplicaTableProps.builder()
        .region(region)
        .pointInTimeRecoverySpecification(RECOVERY)
        .deletionProtection(true)
        .build();
  }

  private static List<Attribute> hashes(List<KeySchemaElement> key) {
    return attributes(key, k -> k.keyType() == KeyType.HASH);
  }

  private static Attribute range(List<KeySchemaElement> key) {
    return attributes(key, k -> k.keyType() == KeyType.RANGE).getFirst();
  }

  private static List<Attribute> attributes(
      List<KeySchemaElement> key, Predicate<KeySchemaElement> kind) {
    return key.stream().filter(kind).map(k -> attribute(k.attributeName())).toList();
  }

  private static Attribute attribute(String name) {
    AttributeDefinition definition =
        MinhaCaronaTable.KEY_ATTRIBUTES.stream()
            .filter(a -> a.attributeName().equals(name))
            .findFirst()
            .orElseThrow();
    return Attribute.builder()
        .name(name)
        .type(
            switch (definition.attributeType()) {
              case S -> AttributeType.STRING;
              case N -> AttributeType.NUMBER;
              case B -> AttributeType.BINARY;
              case UNKNOWN_TO_SDK_VERSION -> throw new IllegalStateException(name);
            })
        .build();
  }
}
