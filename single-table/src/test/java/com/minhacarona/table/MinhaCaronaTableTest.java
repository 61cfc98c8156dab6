package com.minhacarona.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

@Tag("dynamodb")
class MinhaCaronaTableTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb();

  @Test
  void create_givesTheTableItsIndexStreamAndExpiry() {
    var table = LOCAL.client().describeTable(r -> r.tableName(LOCAL.tableName())).table();
    assertThat(table.keySchema()).isEqualTo(MinhaCaronaTable.KEY);
    assertThat(table.globalSecondaryIndexes())
        .singleElement()
        .satisfies(index -> {
          assertThat(index.indexName()).isEqualTo(OpenCaronaIndex.NAME);
          assertThat(index.keySchema()).isEqualTo(MinhaCaronaTable.INDEX_KEY);
          assertThat(index.projection().projectionType())
              .isEqualTo(MinhaCaronaTable.INDEX_PROJECTION);
        });
    assertThat(table.streamSpecification().streamViewType()).isEqualTo(MinhaCaronaTable.STREAM);
    var ttl =
        LOCAL
            .client()
            .describeTimeToLive(r -> r.tableName(LOCAL.tableName()))
            .timeToLiveDescription();
    assertThat(ttl.timeToLiveStatus()).isEqualTo(TimeToLiveStatus.ENABLED);
    assertThat(ttl.attributeName()).isEqualTo(Attributes.EXPIRA_EM);
  }
}
