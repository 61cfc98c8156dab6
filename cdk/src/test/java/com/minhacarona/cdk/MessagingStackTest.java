package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.minhacarona.table.Attributes;
import com.minhacarona.table.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagingStackTest {
  private static final String STACK = "minha-carona-production-messaging";
  private static final String QUEUE = "AWS::SQS::Queue";
  private static final String EVENTS = "proto/src/main/protobuf/minhacarona/v1/events.proto";
  private static final int DAY = 24 * 60 * 60;

  @Test
  void thePipe_carriesChangesOfRidesAndReservations_toTheTopic() throws Exception {
    JsonNode pipe = Synthesis.DEPLOYED.only(STACK, "AWS::Pipes::Pipe");
    assertThat(id(pipe.at("/Target/Ref"))).isEqualTo("updates");
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
  void thePipe_givesUpAfterADay_andKeepsWhatItGaveUp() {
    JsonNode source =
        Synthesis.DEPLOYED
            .only(STACK, "AWS::Pipes::Pipe")
            .at("/SourceParameters/DynamoDBStreamParameters");
    // A stream keeps nothing for longer.
    assertThat(source.get("MaximumRecordAgeInSeconds").asInt()).isEqualTo(DAY);
    assertThat(id(source.at("/DeadLetterConfig/Arn/Fn::GetAtt/0"))).isEqualTo("pipedlq");
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

  @ParameterizedTest
  @ValueSource(strings = {"reservations", "changes", "notifications"})
  void aWorkQueue_givesNothingUpByItself_andFindsItsDeadLettersByName(String name) {
    JsonNode queue = queue(name);
    // The most that SQS takes: the service decides what can never be processed.
    assertThat(queue.at("/RedrivePolicy/maxReceiveCount").asInt()).isEqualTo(1000);
    assertThat(id(queue.at("/RedrivePolicy/deadLetterTargetArn/Fn::GetAtt/0")))
        .isEqualTo(name + "dlq");
    assertThat(queue.get("VisibilityTimeout").asInt()).isEqualTo(60);
    assertThat(queue.get("MessageRetentionPeriod").asInt()).isEqualTo(4 * DAY);
    assertThat(queue.path("FifoQueue").asBoolean()).isFalse();
    // The service adds this to the address of its queue.
    assertThat(queue(name + "-dlq").get("MessageRetentionPeriod").asInt()).isEqualTo(14 * DAY);
  }

  @Test
  void queuesThatWereThereBefore_areTheSameToCloudFormation() {
    // Under other ids, it would create queues whose names are taken by those that it retains.
    assertThat(Synthesis.DEPLOYED.resources(STACK, QUEUE).keySet())
        .contains("reservations4E21AA2C", "reservationsdlq0D83E71B", "changesdlq841FCFFF");
  }

  @Test
  void changes_comeAsThePipePublishesThem_allOfThem() {
    JsonNode subscription = subscription("changes");
    assertThat(id(subscription.at("/TopicArn/Ref"))).isEqualTo("updates");
    assertThat(subscription.has("FilterPolicy")).isFalse();
  }

  @Test
  void notifications_areTheEventsThatResidentsAreToldOf() throws IOException {
    JsonNode subscription = subscription("notifications");
    assertThat(id(subscription.at("/TopicArn/Ref"))).isEqualTo("events");
    assertThat(subscription.path("FilterPolicyScope").asText("MessageAttributes"))
        .isEqualTo("MessageAttributes");
    assertThat(subscription.get("FilterPolicy").properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("evento");
    String contract = Files.readString(MinhaCaronaApp.ROOT.resolve(EVENTS));
    assertThat(subscription.at("/FilterPolicy/evento"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder(
            "reserva.confirmada",
            "reserva.recusada",
            "reserva.cancelada",
            "carona.em_andamento",
            "carona.lotada",
            "carona.cancelada")
        .allSatisfy(name -> assertThat(contract).contains("\n// " + name + ": "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"changes", "notifications"})
  void aSubscription_deliversTheBareMessage_andKeepsWhatItCannotDeliver(String queue) {
    JsonNode subscription = subscription(queue);
    assertThat(subscription.get("Protocol").asText()).isEqualTo("sqs");
    assertThat(subscription.get("RawMessageDelivery").asBoolean()).isTrue();
    assertThat(id(subscription.at("/RedrivePolicy/deadLetterTargetArn/Fn::GetAtt/0")))
        .isEqualTo(queue + "dlq");
  }

  @Test
  void onlyItsTopic_maySendToAQueue_andToItsDeadLetters() {
    Map<String, String> allowed = new TreeMap<>();
    for (JsonNode policy : Synthesis.DEPLOYED.properties(STACK, "AWS::SQS::QueuePolicy")) {
      for (JsonNode statement : policy.at("/PolicyDocument/Statement")) {
        if (statement.get("Effect").asText().equals("Allow")) {
          assertThat(statement.get("Action").asText()).isEqualTo("sqs:SendMessage");
          assertThat(statement.at("/Principal/Service").asText()).isEqualTo("sns.amazonaws.com");
          allowed.put(
              id(policy.at("/Queues/0/Ref")),
              id(statement.at("/Condition/ArnEquals/aws:SourceArn/Ref")));
        }
      }
    }
    assertThat(allowed)
        .isEqualTo(
            Map.of(
                "changes", "updates",
                "changesdlq", "updates",
                "notifications", "events",
                "notificationsdlq", "events"));
  }

  @Test
  void whereReservationsAreSent_andByWhichPolicy_isThereForOtherStacks() {
    JsonNode outputs = Synthesis.DEPLOYED.templates().get(STACK).get("Outputs");
    assertThat(id(outputs.at("/ReservationsQueue/Value/Ref"))).isEqualTo("reservations");
    assertThat(outputs.at("/ReservationsQueue/Export/Name").asText())
        .isEqualTo("minha-carona-production-reservations-queue");
    assertThat(id(outputs.at("/ReservationsSenders/Value/Ref"))).isEqualTo("senders");
    assertThat(outputs.at("/ReservationsSenders/Export/Name").asText())
        .isEqualTo("minha-carona-production-reservations-senders");
  }

  @Test
  void noQueueHere_hasANameThatTasksMayDelete() {
    assertThat(Synthesis.DEPLOYED.properties(STACK, QUEUE))
        .hasSize(7)
        .extracting(q -> q.get("QueueName").asText())
        .noneMatch(name -> name.startsWith(EnvironmentConfig.PRODUCTION.tableName() + "-updates-"));
  }

  @Test
  void queuesAndTopics_areEncrypted_andTakeNothingUnencrypted() {
    assertThat(Synthesis.DEPLOYED.properties(STACK, QUEUE))
        .hasSize(7)
        .allSatisfy(q -> assertThat(q.get("SqsManagedSseEnabled").asBoolean()).isTrue());
    assertThat(Synthesis.DEPLOYED.properties(STACK, "AWS::SNS::Topic"))
        .hasSize(2)
        .allSatisfy(t -> assertThat(t.get("KmsMasterKeyId").toString()).contains("alias/aws/sns"));
    assertThat(Synthesis.DEPLOYED.properties(STACK, "AWS::SQS::QueuePolicy"))
        .hasSize(7)
        .allSatisfy(p -> assertThat(p.toString()).contains("\"aws:SecureTransport\":\"false\""));
    assertThat(Synthesis.DEPLOYED.properties(STACK, "AWS::SNS::TopicPolicy"))
        .hasSize(2)
        .allSatisfy(p -> assertThat(p.toString()).contains("\"aws:SecureTransport\":\"false\""));
  }

  private static JsonNode queue(String name) {
    return Synthesis.DEPLOYED.properties(STACK, QUEUE).stream()
        .filter(q -> q.get("QueueName").asText().equals("minha-carona-production-" + name))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode subscription(String queue) {
    return Synthesis.DEPLOYED.properties(STACK, "AWS::SNS::Subscription").stream()
        .filter(s -> id(s.at("/Endpoint/Fn::GetAtt/0")).equals(queue))
        .findFirst()
        .orElseThrow();
  }

  /** Without the digits that say where in the tree it is from. */
  private static String id(JsonNode logicalId) {
    return logicalId.asText().replaceAll("[0-9A-F]{8}$", "");
  }
}
