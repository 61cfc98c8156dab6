package com.minhacarona.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.table.UsuarioItem.Canal;
import com.minhacarona.table.UsuarioItem.Silencio;
import java.time.LocalTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class UsuarioItemTest {
  private final Map<String, AttributeValue> item = new HashMap<>(Examples.usuario("u1").toItem());

  @Test
  void theKey_isThatOfTheAccessPattern() {
    assertThat(item)
        .containsEntry("PK", Values.s("USER#u1"))
        .containsEntry("SK", Values.s("METADATA"));
  }

  @Test
  void address_isTheOneOfTheChannel() {
    UsuarioItem usuario = UsuarioItem.from(item);
    assertThat(usuario.address(Canal.EMAIL)).isNotEmpty().isEqualTo(usuario.email());
    assertThat(usuario.address(Canal.SMS)).isNotEmpty().isEqualTo(usuario.telefone());
    assertThat(usuario.address(Canal.PUSH)).isNotEmpty().isEqualTo(usuario.pushEndpoint());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ana",
        "ana@",
        "@exemplo.com",
        "ana@local",
        "a b@exemplo.com",
        "a@b.c\nBcc: x@y.z"
      })
  void anEmail_thatIsNone_isNotGiven(String email) {
    item.put("email", Values.s(email));
    assertThat(UsuarioItem.from(item).address(Canal.EMAIL)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"11987654321", "+0511987654321", "+55 11 98765-4321", "+١٢٣٤٥٦٧٨٩", "+1"})
  void aPhone_thatIsNotE164_isNotGiven(String telefone) {
    item.put("telefone", Values.s(telefone));
    assertThat(UsuarioItem.from(item).address(Canal.SMS)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"token", "arn:aws:sns:sa-east-1:000000000000:topico"})
  void anEndpoint_thatIsNone_isNotGiven(String endpoint) {
    item.put("push_endpoint", Values.s(endpoint));
    assertThat(UsuarioItem.from(item).address(Canal.PUSH)).isEmpty();
  }

  @Test
  void aChannelOfANewerVersion_isLeftOut() {
    item.put("canais", Values.list(List.of("POMBO", "SMS")));
    assertThat(UsuarioItem.from(item).canais()).containsExactly(Canal.SMS);
  }

  @ParameterizedTest
  @CsvSource({
    "22:00, 07:00, 21:59, false",
    "22:00, 07:00, 22:00, true",
    "22:00, 07:00, 23:59:59.999999999, true",
    "22:00, 07:00, 00:00, true",
    "22:00, 07:00, 06:59:59.999999999, true",
    "22:00, 07:00, 07:00, false",
    "13:00, 14:00, 12:59, false",
    "13:00, 14:00, 13:00, true",
    "13:00, 14:00, 14:00, false",
    "00:00, 07:00, 00:00, true",
    "22:00, 00:00, 23:59, true",
    "22:00, 00:00, 00:00, false",
    "08:00, 08:00, 08:00, false",
    "08:00, 08:00, 20:00, false"
  })
  void quiet_isFromItsBeginning_untilBeforeItsEnd(
      LocalTime de, LocalTime ate, LocalTime time, boolean quiet) {
    assertThat(new Silencio(de, ate).contains(time)).isEqualTo(quiet);
  }

  @Test
  void quiet_lastsAsLongAsItsEndsAreApart_wherever() {
    for (int de = 0; de < 24; de++) {
      for (int ate = 0; ate < 24; ate++) {
        Silencio silencio = new Silencio(LocalTime.of(de, 0), LocalTime.of(ate, 0));
        assertThat(
                IntStream.range(0, 24).filter(h -> silencio.contains(LocalTime.of(h, 30))).count())
            .isEqualTo(Math.floorMod(ate - de, 24));
      }
    }
  }
}
