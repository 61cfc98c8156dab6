package com.minhacarona.runtime.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class TableChangeJsonTest {

  @Test
  void read_ofAnInsert_hasANewImage() {
    TableChange change =
        TableChangeJson.read("{\"dynamodb\": {\"NewImage\": {\"id\": {\"S\": \"a\"}}}}");
    assertThat(change)
        .isEqualTo(
            new TableChange(
                Optional.empty(), Optional.of(Map.of("id", AttributeValue.fromS("a")))));
  }

  @Test
  void read_ofARemoval_hasAnOldImage() {
    TableChange change =
        TableChangeJson.read(
            "{\"eventName\": \"REMOVE\", \"dynamodb\": {\"OldImage\": {\"id\": {\"S\": \"a\"}},"
                + " \"NewImage\": null}}");
    assertThat(change.newImage()).isEmpty();
    assertThat(change.oldImage()).contains(Map.of("id", AttributeValue.fromS("a")));
  }

  @Test
  void read_ofEveryType_isItsValue() {
    TableChange change =
        TableChangeJson.read(
            """
            {"dynamodb": {"NewImage": {
              "s": {"S": "text"}, "n": {"N": "1.50"}, "b": {"B": "aGk="}, "bool": {"BOOL": true},
              "null": {"NULL": true}, "m": {"M": {"in": {"L": [{"S": "deep"}]}}}, "l": {"L": []},
              "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1"]}, "bs": {"BS": ["aGk="]},
              "later": {"VECTOR": [1]}}}}\
            """);
    AttributeValue deep = AttributeValue.fromL(List.of(AttributeValue.fromS("deep")));
    SdkBytes hi = SdkBytes.fromUtf8String("hi");
    assertThat(change.newImage().orElseThrow())
        .containsEntry("s", AttributeValue.fromS("text"))
        .containsEntry("n", AttributeValue.fromN("1.50"))
        .containsEntry("b", AttributeValue.fromB(hi))
        .containsEntry("bool", AttributeValue.fromBool(true))
        .containsEntry("null", AttributeValue.fromNul(true))
        .containsEntry("m", AttributeValue.fromM(Map.of("in", deep)))
        .containsEntry("l", AttributeValue.fromL(List.of()))
        .containsEntry("ss", AttributeValue.fromSs(List.of("a", "b")))
        .containsEntry("ns", AttributeValue.fromNs(List.of("1")))
        .containsEntry("bs", AttributeValue.fromBs(List.of(hi)))
        .containsEntry("later", AttributeValue.fromNul(true))
        .hasSize(11);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "this is no record",
        "null",
        "[]",
        "42",
        "{",
        "{}",
        "{\"dynamodb\": null}",
        "{\"dynamodb\": []}",
        "{\"dynamodb\": {\"NewImage\": \"secret\"}}",
        "{\"dynamodb\": {\"OldImage\": [\"secret\"]}}",
        "{\"dynamodb\": {\"NewImage\": {\"SK\": {}}}}",
        "{\"dynamodb\": {\"NewImage\": {\"SK\": \"secret\"}}}",
        "{\"dynamodb\": {\"NewImage\": {\"SK\": {\"S\": \"secret\", \"N\": \"1\"}}}}",
        "{\"dynamodb\": {\"NewImage\": {\"SK\": {\"M\": \"secret\"}}}}",
        "{\"dynamodb\": {\"NewImage\": {\"SK\": {\"L\": [\"secret\"]}}}}",
        "{\"dynamodb\": {\"NewImage\": {\"SK\": {\"B\": \"no base 64\"}}}}",
      })
  void read_ofGarbage_throws_andSaysNothingOfTheText(String garbage) {
    assertThatThrownBy(() -> TableChangeJson.read(garbage))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("secret");
  }
}
