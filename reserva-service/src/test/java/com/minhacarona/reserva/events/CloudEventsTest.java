package com.minhacarona.reserva.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Throwables;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Message;
import com.minhacarona.v1.ReservaRecusada;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventsTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("^```json event\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  @ParameterizedTest
  @EnumSource
  void anEventOfAnyType_isReadAsItWasWritten(EventType type) {
    DomainEvent event = EventExamples.of(type);
    assertThat(CloudEvents.read(CloudEvents.write(event))).isEqualTo(event);
  }

  @ParameterizedTest
  @EnumSource
  void anEventOfAnyType_isACloudEventOfTheContract(EventType type) {
    DomainEvent event = EventExamples.of(type);
    JsonObject json = JsonParser.parseString(CloudEvents.write(event)).getAsJsonObject();
    assertThat(json.get("specversion").getAsString()).isEqualTo("1.0");
    assertThat(json.get("id").getAsString()).isEqualTo(event.id());
    assertThat(json.get("source").getAsString()).isEqualTo("urn:minha-carona:reserva-service");
    assertThat(json.get("type").getAsString()).isEqualTo("br.com.minhacarona." + type.eventName());
    assertThat(Instant.parse(json.get("time").getAsString())).isEqualTo(event.time());
    assertThat(json.get("subject").getAsString()).isEqualTo(event.subject());
    assertThat(json.get("condominioid").getAsString()).isEqualTo("cond-1");
    assertThat(json.get("datacontenttype").getAsString()).isEqualTo("application/json");
    JsonObject carona = json.getAsJsonObject("data").getAsJsonObject("carona");
    assertThat(carona.get("vagas_total").getAsInt()).as("names of the contract").isEqualTo(4);
    assertThat(carona.get("partida").getAsString()).isEqualTo("2026-12-02T09:30:00Z");
  }

  @Test
  void everyMessageOfTheContract_hasATypeOfTheNameInItsComment() throws IOException {
    FileDescriptor file = ReservaRecusada.getDescriptor().getFile();
    assertThat(Arrays.stream(EventType.values()).map(type -> type.empty().getDescriptorForType()))
        .containsExactlyInAnyOrderElementsOf(file.getMessageTypes());
    String contract =
        Files.readString(Path.of("../proto/src/main/protobuf/minhacarona/v1/events.proto"));
    for (EventType type : EventType.values()) {
      Matcher comment =
          Pattern.compile(
                  "^// %s: [^\\n]*\\n(//[^\\n]*\\n)*message %s "
                      .formatted(
                          Pattern.quote(type.eventName()),
                          type.empty().getDescriptorForType().getName()),
                  Pattern.MULTILINE)
              .matcher(contract);
      assertThat(comment.find()).as("events.proto names %s", type.eventName()).isTrue();
    }
  }

  @Test
  void ids_differBetweenAllThatHappensToARideAndItsReservations() {
    Set<String> ids = new HashSet<>();
    for (EventType type :
        new EventType[] {
          EventType.CARONA_CRIADA, EventType.RESERVA_CONFIRMADA, EventType.RESERVA_RECUSADA
        }) {
      ids.add(EventExamples.of(type).id());
    }
    assertThat(ids)
        .containsExactlyInAnyOrder(
            "8c6f1c9e-0d3b-4a57-9a0e-5b1f6f0f8a11/2",
            "8c6f1c9e-0d3b-4a57-9a0e-5b1f6f0f8a11/ana/1",
            "8c6f1c9e-0d3b-4a57-9a0e-5b1f6f0f8a11/ana/7f5c2c1e-58a5-4f0c-9a43-0e1b0d6a2f11");
  }

  @Test
  void aRefusalWithoutARide_isReadAsItWasWritten() {
    DomainEvent event = DomainEvents.ofRecusa(EventExamples.RECUSA, Optional.empty());
    assertThat(((ReservaRecusada) event.data()).hasCarona()).isFalse();
    assertThat(CloudEvents.read(CloudEvents.write(event))).isEqualTo(event);
  }

  @Test
  void read_leavesOutWhatANewerVersionAdded() {
    DomainEvent event = EventExamples.of(EventType.CARONA_CRIADA);
    JsonObject json = JsonParser.parseString(CloudEvents.write(event)).getAsJsonObject();
    json.addProperty("novidade", "x");
    json.getAsJsonObject("data").addProperty("novidade", 1);
    assertThat(CloudEvents.read(json.toString())).isEqualTo(event);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "7", "{\"specversion\": \"1.0\"}"})
  void read_ofNoCloudEvent_isRefused(String text) {
    assertThatThrownBy(() -> CloudEvents.read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no CloudEvent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"time", "subject", "condominioid", "data"})
  void read_withoutAnAttribute_namesIt(String attribute) {
    JsonObject json = example();
    json.remove(attribute);
    assertThatThrownBy(() -> CloudEvents.read(json.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no " + attribute);
  }

  @Test
  void read_ofAnotherType_isRefused() {
    JsonObject json = example();
    json.addProperty("type", "br.com.minhacarona.carona.pintada");
    assertThatThrownBy(() -> CloudEvents.read(json.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown type");
  }

  @Test
  void read_ofOtherData_saysSo() {
    JsonObject json = example();
    json.addProperty("data", "x");
    assertThatThrownBy(() -> CloudEvents.read(json.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("data is no CaronaCriada");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'specversion': '1.0', 'id': 'Ana', 'source': 'Ana Lucia', 'type': 'Ana'}",
        "{'specversion': 'Ana'}",
        "{'specversion': Ana}",
        "'Ana'",
        "{'specversion': '1.0', 'id': '1', 'source': '/', 'type': 'Ana'}",
        "{'specversion': '1.0', 'id': '1', 'source': '/', 'type': 'x', 'time': 'Ana'}",
        "{'specversion': '1.0', 'id': '1', 'source': '/', 'type': 'x', 'Ana': {'Ana': 'Ana'}}",
        "{'specversion': '1.0', 'id': '1', 'source': '/', 'type': 'x', 'data_base64': 'Ana?'}"
      })
  void read_quotesNothing_notEvenInACause(String text) {
    assertThatThrownBy(() -> CloudEvents.read(text.replace('\'', '"')))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(Throwables.getStackTraceAsString(e)).doesNotContain("Ana"));
  }

  @Test
  void read_ofDataWithANameInTheWrongPlace_namesTheFieldsOnly() {
    JsonObject json = example();
    JsonObject carona = json.getAsJsonObject("data").getAsJsonObject("carona");
    carona.addProperty("vagas_total", "Ana Lucia");
    carona.addProperty("partida", "Ana Lucia");
    assertThatThrownBy(() -> CloudEvents.read(json.toString()))
        .hasMessage(
            "data is no CaronaCriada: carona.partida is no MESSAGE; carona.vagas_total is no INT32")
        .satisfies(e -> assertThat(Throwables.getStackTraceAsString(e)).doesNotContain("Ana"));
  }

  @Test
  void theExamplesOfThePage_areWhatIsWritten() throws IOException {
    Matcher example = EXAMPLE.matcher(Files.readString(Path.of("../docs/events.md")));
    for (EventType type :
        new EventType[] {EventType.RESERVA_CONFIRMADA, EventType.RESERVA_RECUSADA}) {
      String written = CloudEvents.write(EventExamples.of(type));
      assertThat(example.find()).as("docs/events.md has an example").isTrue();
      assertThat(JsonParser.parseString(example.group(1)))
          .as("put this into docs/events.md: %s", written)
          .isEqualTo(JsonParser.parseString(written));
    }
  }

  private static JsonObject example() {
    Message data = EventExamples.of(EventType.CARONA_CRIADA).data();
    assertThat(data.getAllFields()).isNotEmpty();
    return JsonParser.parseString(CloudEvents.write(EventExamples.of(EventType.CARONA_CRIADA)))
        .getAsJsonObject();
  }
}
