package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.minhacarona.table.MinhaCaronaTable;
import com.minhacarona.table.OpenCaronaIndex;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

class TableStackTest {
  private static final String TYPE = "AWS::DynamoDB::GlobalTable";

  private final JsonNode table = Synthesis.DEPLOYED.only("minha-carona-production-table", TYPE);

  @Test
  void keysIndexStreamAndExpiry_areThoseOfTheServices() {
    assertThat(key(table)).isEqualTo(key(MinhaCaronaTable.KEY));
    assertThat(table.get("AttributeDefinitions"))
        .extracting(a -> a.get("AttributeName").asText() + " " + a.get("AttributeType").asText())
        .containsExactlyInAnyOrderElementsOf(
            MinhaCaronaTable.KEY_ATTRIBUTES.stream()
                .map(a -> a.attributeName() + " " + a.attributeTypeAsString())
                .toList());
    assertThat(table.get("GlobalSecondaryIndexes")).hasSize(1);
    JsonNode index = table.get("GlobalSecondaryIndexes").get(0);
    assertThat(index.get("IndexName").asText()).isEqualTo(OpenCaronaIndex.NAME);
    assertThat(key(index)).isEqualTo(key(MinhaCaronaTable.INDEX_KEY));
    assertThat(index.at("/Projection/ProjectionType").asText())
        .isEqualTo(MinhaCaronaTable.INDEX_PROJECTION.name());
    assertThat(table.at("/StreamSpecification/StreamViewType").asText())
        .isEqualTo(MinhaCaronaTable.STREAM.name());
    assertThat(table.at("/TimeToLiveSpecification/AttributeName").asText())
        .isEqualTo(MinhaCaronaTable.TTL_ATTRIBUTE);
    assertThat(table.at("/TimeToLiveSpecification/Enabled").asBoolean()).isTrue();
    assertThat(table.get("BillingMode").asText()).isEqualTo("PAY_PER_REQUEST");
  }

  @Test
  void everyCopyIsProtected_andCanBeRestoredToAnySecondOf35Days() {
    assertThat(table.get("Replicas"))
        .extracting(r -> r.get("Region").asText())
        .containsExactlyInAnyOrder("sa-east-1", "us-east-1");
    for (JsonNode replica : table.get("Replicas")) {
      assertThat(replica.get("DeletionProtectionEnabled").asBoolean()).isTrue();
      JsonNode recovery = replica.get("PointInTimeRecoverySpecification");
      assertThat(recovery.get("PointInTimeRecoveryEnabled").asBoolean()).isTrue();
      assertThat(recovery.get("RecoveryPeriodInDays").asInt()).isEqualTo(35);
    }
    assertThat(table.at("/SSESpecification/SSEType").asText()).isEqualTo("KMS");
  }

  @Test
  void theTableOutlivesItsStack() {
    Synthesis.DEPLOYED
        .resources("minha-carona-production-table", TYPE)
        .values()
        .forEach(resource -> {
          assertThat(resource.get("DeletionPolicy").asText()).isEqualTo("Retain");
          assertThat(resource.get("UpdateReplacePolicy").asText()).isEqualTo("Retain");
        });
  }

  @Test
  void staging_hasNoReplica() {
    assertThat(Synthesis.DEPLOYED.only("minha-carona-staging-table", TYPE).get("Replicas"))
        .hasSize(1);
  }

  @Test
  void recovery_hasProductionsReplica_andNoTableOfItsOwn() {
    assertThat(Synthesis.DEPLOYED.templates()).doesNotContainKey("minha-carona-recovery-table");
    assertThat(EnvironmentConfig.RECOVERY.tableName())
        .isEqualTo(EnvironmentConfig.PRODUCTION.tableName());
    assertThat(EnvironmentConfig.PRODUCTION.replica())
        .contains(EnvironmentConfig.RECOVERY.region());
  }

  @Test
  void warmThroughput_isAskedForWhereConfigured_ofTheTableAndOfItsIndex() {
    assertThat(table.has("WarmThroughput")).isFalse();
    JsonNode large = Synthesis.DEPLOYED.only("minha-carona-large-table", TYPE);
    EnvironmentConfig.WarmWrites writes = EnvironmentConfig.LARGE.warmWrites().orElseThrow();
    assertThat(large.at("/WarmThroughput/WriteUnitsPerSecond").asInt()).isEqualTo(writes.table());
    assertThat(large.at("/GlobalSecondaryIndexes/0/WarmThroughput/WriteUnitsPerSecond").asInt())
        .isEqualTo(writes.index());
  }

  private static List<String> key(JsonNode owner) {
    return StreamSupport.stream(owner.get("KeySchema").spliterator(), false)
        .map(k -> k.get("AttributeName").asText() + " " + k.get("KeyType").asText())
        .toList();
  }

  private static List<String> key(List<KeySchemaElement> key) {
    return key.stream().map(k -> k.attributeName() + " " + k.keyTypeAsString()).toList();
  }
}
