package com.minhacarona.reserva.notifications;

import com.minhacarona.reserva.notifications.SendResult.Sent;
import com.minhacarona.table.UsuarioItem.Canal;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/** Sends short messages by SNS. Thread-safe. */
final class SnsSmsSender implements Channel {
  /** The kind that SNS delivers at all hours, and by the more reliable route. */
  private static final Map<String, MessageAttributeValue> TRANSACTIONAL =
      Map.of(
          "AWS.SNS.SMS.SMSType",
          MessageAttributeValue.builder().dataType("String").stringValue("Transactional").build());

  private final SnsClient sns;

  SnsSmsSender(SnsClient sns) {
    this.sns = sns;
  }

  @Override
  public Canal canal() {
    return Canal.SMS;
  }

  @Override
  public SendResult send(String address, Texts texts) {
    try {
      sns.publish(
          r -> r.phoneNumber(address).message(texts.sms()).messageAttributes(TRANSACTIONAL));
      return new Sent();
    } catch (SdkException e) {
      return SnsRefusals.judge(Canal.SMS, address, e);
    }
  }
}
