package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.minhacarona.table.Attributes;
import com.minhacarona.table.Keys;
import org.junit.jupiter.api.Test;

class MessagingStackTest {
  private static final String STACK = "minha-carona-production-messaging";

  @Test
  void thePipe_carriesChangesOfRidesAndReservations_toTheTopic() throws Exception {
    JsonNode pipe = Synthesis.DEPLOYED.only(STACK, "AWS::Pipes::Pipe");
    String topic =
        Synthesis.DEPLOYED.resources(STACK, "AWS::SNS::Topic").keySet().iterator().next();
    assertThat(pipe.at("/Target/Ref").asText()).isEqualTo(topic);
    assertThat(pipe.at("/Source/Fn::ImportValue").asText()).contains("StreamArn");
    JsonNode filter =
        new ObjectMapper()
            .readTree(pipe.at("/SourceParameters/FilterCriteria/Filters/0/Pattern").asText());
    assertThat(
            filter
                .path("dynamodb")
                .path("Keys")
                .path(Attributes.PK)
                .path("S")
                .path(0)
                .path("prefix")
                .asText())
        .isEqualTo(Keys.CARONA);
    assertThat(filter.get("eventName"))
        .extracting(JsonNode::asText)
        .containsExactly("INSERT", "MODIFY");
  }

  @Test
  void thePipe_givesUp_andKeepsWhatItGaveUp() {
    JsonNode source =
        Synthesis.DEPLOYED
            .only(STACK, "AWS::Pipes::Pipe")
            .at("/SourceParameters/DynamoDBStreamParameters");
    assertThat(source.get("MaximumRecordAgeInSeconds").asInt()).isEqualTo(3600);
    assertThat(source.at("/DeadLetterConfig/Arn/Fn::GetAtt/0").asText()).startsWith("changesdlq");
  }

  @Test
  void theReplicasStream_isFoundByItsRegion() {
    assertThat(
            Synthesis.DEPLOYED
                .templates()
                .get("minha-carona-recovery-messaging")
                .get("Parameters")
                .toString())
        .contains("/minha-carona/recovery/table-stream-arn");
  }

  @Test
  void reservationsThatFail_goToADeadLetterQueue_afterFiveAttempts() {
    JsonNode queue =
        Synthesis.DEPLOYED.properties(STACK, "AWS::SQS::Queue").stream()
            .filter(q -> q.get("QueueName").asText().endsWith("-reservations"))
            .findFirst()
            .orElseThrow();
    assertThat(queue.at("/RedrivePolicy/maxReceiveCount").asInt()).isEqualTo(5);
    assertThat(queue.at("/RedrivePolicy/deadLetterTargetArn/Fn::GetAtt/0").asText())
        .startsWith("reservationsdlq");
  }

  @Test
  void noQueueHere_hasANameThatTasksMayDelete() {
    assertThat(Synthesis.DEPLOYED.properties(STACK, "AWS::SQS::Queue"))
        .hasSize(3)
        .extracting(q -> q.get("QueueName").asText())
        .noneMatch(name -> name.startsWith(EnvironmentConfig.PRODUCTION.tableName() + "-updates-"));
  }

  @Test
  void queuesAndTopic_areEncrypted_andTakeNothingUnencrypted() {
    assertThat(Synthesis.DEPLOYED.properties(STACK, "AWS::SQS::Queue"))
        .hasSize(3)
        .allSatisfy(q -> assertThat(q.get("SqsManagedSseEnabled").asBoolean()).isTrue());
    assertThat(Synthesis.DEPLOYED.only(STACK, "AWS::SNS::Topic").get("KmsMasterKeyId").toString())
        .contains("alias/aws/sns");
    assertThat(Synthesis.DEPLOYED.properties(STACK, "AWS::SQS::QueuePolicy"))
        .hasSize(3)
        .allSatisfy(p -> assertThat(p.toString()).contains("\"aws:SecureTransport\":\"false\""));
    assertThat(Synthesis.DEPLOYED.only(STACK, "AWS::SNS::TopicPolicy").toString())
        .contains("\"aws:SecureTransport\":\"false\"");
  }
}
