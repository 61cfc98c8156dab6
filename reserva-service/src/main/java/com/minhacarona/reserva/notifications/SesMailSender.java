package com.minhacarona.reserva.notifications;

import com.minhacarona.reserva.notifications.SendResult.Failed;
import com.minhacarona.reserva.notifications.SendResult.Refused;
import com.minhacarona.reserva.notifications.SendResult.Sent;
import com.minhacarona.table.UsuarioItem.Canal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.Content;
import software.amazon.awssdk.services.sesv2.model.MessageHeader;

/** Sends e-mails by SES. Thread-safe. */
final class SesMailSender implements Channel {
  /** SES's codes for a message or an address that it will not take; the rest is trouble. */
  private static final Set<String> FINAL = Set.of("MessageRejected", "BadRequestException");

  /**
   * How SES says that it is the recipient's address. Ours are well-formed, or the process would not
   * have started. Its reference lists none of these words, so that what is missing here counts as a
   * fault, which people see.
   */
  private static final Pattern OF_THE_RECIPIENT =
      Pattern.compile(
          "blacklisted|suppression list|recipient|to address|'@domain'|illegal address"
              + "|invalid email address|user name is missing"
              + "|(local address|domain( name)?) (contains|starts|ends|is)",
          Pattern.CASE_INSENSITIVE);

  /** SES says so of our own sender too, and by the same code as of a recipient. */
  private static final String NOT_VERIFIED = "not verified";

  private final SesV2Client ses;
  private final String from;
  private final List<String> replyTo;
  private final List<MessageHeader> headers;

  /**
   * Sends from one address.
   *
   * @param from an address that SES has verified
   */
  SesMailSender(SesV2Client ses, String from, NotificationsConfig config) {
    this.ses = ses;
    this.from = "Minha Carona <%s>".formatted(from);
    this.replyTo = config.replyTo().stream().toList();
    this.headers =
        config.unsubscribe().stream()
            .map(uri ->
                MessageHeader.builder().name("List-Unsubscribe").value("<" + uri + ">").build())
            .toList();
  }

  @Override
  public Canal canal() {
    return Canal.EMAIL;
  }

  @Override
  public SendResult send(String address, Texts texts) {
    try {
      ses.sendEmail(mail ->
          mail.fromEmailAddress(from)
              .replyToAddresses(replyTo)
              .destination(to -> to.toAddresses(address))
              .content(message ->
                  message.simple(simple ->
                      simple
                          .subject(utf8(texts.subject()))
                          .body(body -> body.text(utf8(texts.text())).html(utf8(texts.html())))
                          .headers(headers))));
      return new Sent();
    } catch (SdkException e) {
      return judge(address, e);
    }
  }

  private static SendResult judge(String address, SdkException failure) {
    String code = ProviderException.code(failure);
    String words = ProviderException.words(failure);
    if (!FINAL.contains(code) || words.toLowerCase(Locale.ROOT).contains(NOT_VERIFIED)) {
      return new Failed(new ProviderException(Canal.EMAIL, failure));
    }
    return words.contains(address) || OF_THE_RECIPIENT.matcher(words).find()
        ? new Refused(code)
        : new Failed(new UnacceptableMessageException(Canal.EMAIL, failure));
  }

  private static Content utf8(String text) {
    return Content.builder().charset(StandardCharsets.UTF_8.name()).data(text).build();
  }
}
