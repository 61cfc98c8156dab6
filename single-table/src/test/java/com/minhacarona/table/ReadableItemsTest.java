package com.minhacarona.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class ReadableItemsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123Z");
  private static final CaronaItem CARONA =
      Examples.carona("c1", Instant.parse("2026-11-22T09:30:00Z"))
          .withStatus(CaronaItem.Status.ABERTA, 4, "assim foi", NOW);
  private static final ReservaItem RESERVA =
      Examples.reserva("c1", "u1", "r1").withStatus(ReservaItem.Status.CANCELADA, "desisti", NOW);

  private static final UsuarioItem USUARIO = Examples.usuario("u1");
  private static final AvisoItem AVISO = Examples.aviso("e1", "u1", "claim", NOW);
  private static final RecusaItem RECUSA = Examples.recusa("c1", "u1", "r1");

  private final List<UnreadableItemException> skipped = new ArrayList<>();

  static Stream<Damage> ofCarona() {
    return Damage.of(CARONA.toItem()).stream();
  }

  static Stream<Damage> ofReserva() {
    return Damage.of(RESERVA.toItem()).stream();
  }

  static Stream<Damage> ofUsuario() {
    return Damage.of(USUARIO.toItem()).stream();
  }

  static Stream<Damage> ofAviso() {
    return Damage.of(AVISO.toItem()).stream();
  }

  static Stream<Damage> ofRecusa() {
    return Damage.of(RECUSA.toItem()).stream();
  }

  static Stream<Map.Entry<String, AttributeValue>> everyType() {
    return Damage.EVERY_TYPE.entrySet().stream();
  }

  @ParameterizedTest
  @MethodSource("ofCarona")
  void carona_withAnyDamage_isReadOrSkipped_andNothingInBetween(Damage damage) {
    boolean read =
        ReadableItems.one(damage.on(CARONA.toItem()), CaronaItem::from, skipped::add).isPresent();
    assertThat(read).isEqualTo(damage.leavesReadable());
    assertSkipped(read, damage, "CARONA#c1");
  }

  @ParameterizedTest
  @MethodSource("ofReserva")
  void reserva_withAnyDamage_isReadOrSkipped_andNothingInBetween(Damage damage) {
    boolean read =
        ReadableItems.one(damage.on(RESERVA.toItem()), ReservaItem::from, skipped::add).isPresent();
    assertThat(read).isEqualTo(damage.leavesReadable());
    assertSkipped(read, damage, "CARONA#c1");
  }

  @ParameterizedTest
  @MethodSource("ofUsuario")
  void usuario_withAnyDamage_isReadOrSkipped_andNothingInBetween(Damage damage) {
    boolean read =
        ReadableItems.one(damage.on(USUARIO.toItem()), UsuarioItem::from, skipped::add).isPresent();
    assertThat(read).isEqualTo(damage.leavesReadable());
    assertSkipped(read, damage, "USER#u1");
  }

  @ParameterizedTest
  @MethodSource("ofAviso")
  void aviso_withAnyDamage_isReadOrSkipped_andNothingInBetween(Damage damage) {
    boolean read =
        ReadableItems.one(damage.on(AVISO.toItem()), AvisoItem::from, skipped::add).isPresent();
    assertThat(read).isEqualTo(damage.leavesReadable());
    assertSkipped(read, damage, "AVISO#e1");
  }

  @ParameterizedTest
  @MethodSource("ofRecusa")
  void recusa_withAnyDamage_isReadOrSkipped_andNothingInBetween(Damage damage) {
    boolean read =
        ReadableItems.one(damage.on(RECUSA.toItem()), RecusaItem::from, skipped::add).isPresent();
    assertThat(read).isEqualTo(damage.leavesReadable());
    assertSkipped(read, damage, "RECUSA#c1");
  }

  private void assertSkipped(boolean read, Damage damage, String key) {
    if (read) {
      assertThat(skipped).isEmpty();
    } else {
      assertThat(skipped).singleElement().asString().contains(key).contains(damage.attribute());
    }
  }

  @ParameterizedTest
  @MethodSource("everyType")
  void anItem_withAnAttributeOfANewerVersion_isRead(Map.Entry<String, AttributeValue> type) {
    Map<String, AttributeValue> carona = new HashMap<>(CARONA.toItem());
    carona.put("novidade", type.getValue());
    assertThat(CaronaItem.from(carona)).isEqualTo(CARONA);
    Map<String, AttributeValue> reserva = new HashMap<>(RESERVA.toItem());
    reserva.put("novidade", type.getValue());
    assertThat(ReservaItem.from(reserva)).isEqualTo(RESERVA);
    Map<String, AttributeValue> usuario = new HashMap<>(USUARIO.toItem());
    usuario.put("novidade", type.getValue());
    assertThat(UsuarioItem.from(usuario)).isEqualTo(USUARIO);
    Map<String, AttributeValue> aviso = new HashMap<>(AVISO.toItem());
    aviso.put("novidade", type.getValue());
    assertThat(AvisoItem.from(aviso)).isEqualTo(AVISO);
  }

  @Test
  void of_manyItems_skipsOnlyThoseThatCannotBeRead() {
    Map<String, AttributeValue> bad = new HashMap<>(CARONA.toItem());
    bad.remove("versao");
    assertThat(
            ReadableItems.of(
                List.of(CARONA.toItem(), bad, CARONA.toItem()), CaronaItem::from, skipped::add))
        .containsExactly(CARONA, CARONA);
    assertThat(skipped).hasSize(1);
  }

  @Test
  void aKey_thatIsNone_isUnreadable() {
    for (String sk :
        List.of(
            "CARONA#2026-11-22T09:30:00Z#c1",
            "CARONA#2026-99-22T09:30:00.000Z#c1",
            "CARONA#2026-11-22T09:30:00.000Z",
            "CARONA#",
            "x")) {
      assertThatThrownBy(() ->
              Keys.partidaOfPointer(Map.of("PK", Values.s("CONDOMINIO#1"), "SK", Values.s(sk))))
          .as(sk)
          .isInstanceOf(UnreadableItemException.class);
    }
    assertThatThrownBy(() -> Keys.caronaId(Map.of("PK", Values.s("x"), "SK", Values.s("y"))))
        .isInstanceOf(UnreadableItemException.class);
    assertThatThrownBy(() -> Keys.usuarioId(Map.of("PK", Values.s("USER#x"), "SK", Values.s("y"))))
        .isInstanceOf(UnreadableItemException.class);
  }

  @Test
  void aPointer_leadsToItsRide() {
    assertThat(Keys.partidaOfPointer(CARONA.toPointer())).isEqualTo(CARONA.partida());
    assertThat(Keys.caronaIdOfPointer(CARONA.toPointer())).isEqualTo("c1");
  }
}
