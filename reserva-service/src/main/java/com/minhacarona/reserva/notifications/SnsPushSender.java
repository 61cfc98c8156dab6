package com.minhacarona.reserva.notifications;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.minhacarona.reserva.notifications.SendResult.Sent;
import com.minhacarona.table.UsuarioItem.Canal;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sns.SnsClient;

/** Sends messages to the app by SNS, in the form of each platform. Thread-safe. */
final class SnsPushSender implements Channel {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SnsClient sns;

  SnsPushSender(SnsClient sns) {
    this.sns = sns;
  }

  @Override
  public Canal canal() {
    return Canal.PUSH;
  }

  @Override
  public SendResult send(String address, Texts texts) {
    Map<String, String> shown = Map.of("title", texts.pushTitle(), "body", texts.push());
    String message =
        json(
            Map.of(
                "default",
                texts.push(),
                "GCM",
                json(Map.of("fcmV1Message", Map.of("message", Map.of("notification", shown)))),
                "APNS",
                json(Map.of("aps", Map.of("alert", shown, "sound", "default")))));
    try {
      sns.publish(r -> r.targetArn(address).messageStructure("json").message(message));
      return new Sent();
    } catch (SdkException e) {
      return SnsRefusals.judge(Canal.PUSH, address, e);
    }
  }

  private static String json(Map<String, ?> value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts are always JSON", e);
    }
  }
}
