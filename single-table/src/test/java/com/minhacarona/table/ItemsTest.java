package com.minhacarona.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@Tag("dynamodb")
class ItemsTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb();

  private static final Instant PARTIDA = Instant.parse("2026-11-22T09:30:00Z");

  @Test
  void carona_roundTripsThroughTheTable() {
    CaronaItem carona = Examples.carona("c1", PARTIDA);
    assertThat(CaronaItem.from(stored(carona.toItem(), Keys.carona("c1")))).isEqualTo(carona);
  }

  @Test
  void carona_withoutOptionalTexts_roundTrips() {
    CaronaItem full = Examples.carona("c2", PARTIDA);
    CaronaItem carona =
        new CaronaItem(
            full.id(),
            full.condominioId(),
            full.motoristaId(),
            full.origem(),
            full.destino(),
            full.partida(),
            4,
            0,
            CaronaItem.Status.LOTADA,
            7,
            Optional.empty(),
            "",
            "",
            full.criadaEm(),
            full.atualizadaEm());
    assertThat(CaronaItem.from(stored(carona.toItem(), Keys.carona("c2")))).isEqualTo(carona);
  }

  @Test
  void reserva_roundTripsThroughTheTable() {
    ReservaItem reserva = Examples.reserva("c1", "u1", "r1");
    assertThat(ReservaItem.from(stored(reserva.toItem(), Keys.reserva("c1", "u1"))))
        .isEqualTo(reserva);
  }

  @Test
  void withStatus_isTheNextVersionOfTheSame() {
    Instant now = PARTIDA.minusSeconds(60);
    CaronaItem carona = Examples.carona("c1", PARTIDA);
    assertThat(carona.withStatus(CaronaItem.Status.CANCELADA, 2, "chuva", now))
        .returns(carona.id(), CaronaItem::id)
        .returns(CaronaItem.Status.CANCELADA, CaronaItem::status)
        .returns(2, CaronaItem::vagasDisponiveis)
        .returns(carona.versao() + 1, CaronaItem::versao)
        .returns(now, CaronaItem::atualizadaEm);
    ReservaItem reserva = Examples.reserva("c1", "u1", "r1");
    assertThat(reserva.withStatus(ReservaItem.Status.CANCELADA, "chuva", now))
        .returns("u1", ReservaItem::usuarioId)
        .returns(ReservaItem.Status.CANCELADA, ReservaItem::status)
        .returns(reserva.versao() + 1, ReservaItem::versao)
        .returns(now, ReservaItem::atualizadaEm);
  }

  @Test
  void isEffectOf_isTrueOfTheRequestsThatTookEffect() {
    ReservaItem reserva = Examples.reserva("c1", "u1", "r1");
    assertThat(reserva.isEffectOf("r1")).isTrue();
    assertThat(reserva.isEffectOf("r2")).isFalse();
  }

  @Test
  void usuario_roundTripsThroughTheTable() {
    UsuarioItem usuario = Examples.usuario("u1");
    assertThat(UsuarioItem.from(stored(usuario.toItem(), Keys.usuario("u1")))).isEqualTo(usuario);
  }

  @Test
  void usuario_ofWhomOnlyTheCondominioIsKnown_roundTrips() {
    UsuarioItem usuario =
        new UsuarioItem(
            "u2", "c", "", "", "", "", Set.of(), Set.of(), Optional.empty(), Optional.empty());
    assertThat(UsuarioItem.from(stored(usuario.toItem(), Keys.usuario("u2")))).isEqualTo(usuario);
  }

  @Test
  void aviso_roundTripsThroughTheTable() {
    AvisoItem aviso = Examples.aviso("e1", "u#1", "claim", PARTIDA);
    assertThat(AvisoItem.from(stored(aviso.toItem(), Keys.aviso("e1", "u#1", aviso.canal()))))
        .isEqualTo(aviso);
    AvisoItem told = aviso.withStatus(AvisoItem.Status.ENVIADO, PARTIDA.plusSeconds(1));
    assertThat(AvisoItem.from(stored(told.toItem(), Keys.aviso("e1", "u#1", aviso.canal()))))
        .isEqualTo(told);
  }

  @Test
  void aNote_expiresLongAfterItsEventIsStale() {
    assertThat(Examples.aviso("e", "u", "claim", PARTIDA).toItem().get("expira_em"))
        .isEqualTo(Values.n(PARTIDA.plus(Duration.ofDays(15)).getEpochSecond()));
  }

  @Test
  void recusa_roundTripsThroughTheTable() {
    RecusaItem recusa = Examples.recusa("c1", "u1", "r1");
    assertThat(RecusaItem.from(stored(recusa.toItem(), Keys.recusa("c1", "u1", "r1"))))
        .isEqualTo(recusa);
  }

  @Test
  void recusa_isInNoRidesPartition_andLikeNoOtherKind() {
    Map<String, AttributeValue> recusa = Examples.recusa("c1", "u1", "r1").toItem();
    assertThat(recusa.get("PK").s()).doesNotStartWith(Keys.CARONA).doesNotStartWith("CONDOMINIO#");
    assertThat(Keys.isCarona(recusa)).isFalse();
    assertThat(Keys.isRecusa(recusa)).isTrue();
    assertThat(Keys.isReserva(recusa)).isFalse();
    assertThat(Keys.isReserva(Examples.reserva("c1", "u1", "r1").toItem())).isTrue();
    assertThat(recusa.keySet()).doesNotContainAnyElementsOf(OpenCaronaIndex.ATTRIBUTES);
  }

  @Test
  void recusa_ofAnotherRequest_hasAnotherKey() {
    assertThat(
            List.of(
                Keys.recusa("c", "u", "r"),
                Keys.recusa("c", "u", "s"),
                Keys.recusa("c", "v", "r"),
                Keys.recusa("d", "u", "r")))
        .doesNotHaveDuplicates();
  }

  @Test
  void pointer_sortsByDeparture() {
    Instant[] departures = {
      Instant.parse("2026-11-22T09:30:00.001Z"),
      Instant.parse("2026-12-01T00:00:00Z"),
      Instant.parse("2026-11-22T09:30:00Z")
    };
    List<String> keys =
        Arrays.stream(departures).map(d -> Keys.pointer("x", d, "c").get("SK").s()).toList();
    assertThat(keys.get(2)).isLessThan(keys.get(0));
    assertThat(keys.get(0)).isLessThan(keys.get(1));
    assertThat(keys.get(2)).isEqualTo("CARONA#2026-11-22T09:30:00.000Z#c");
  }

  @Test
  void onlyAnOpenRide_isInTheIndex() {
    CaronaItem open = Examples.carona("c3", PARTIDA);
    assertThat(open.toItem()).containsAllEntriesOf(OpenCaronaIndex.keys(0, PARTIDA));
    assertThat(open.toItem().keySet()).containsAll(OpenCaronaIndex.ATTRIBUTES);
    assertThat(open.toPointer().keySet()).doesNotContainAnyElementsOf(OpenCaronaIndex.ATTRIBUTES);
  }

  @Test
  void everyItemOfARide_expires() {
    CaronaItem carona = Examples.carona("c4", PARTIDA);
    long expiry = Instant.parse("2027-02-20T09:30:00Z").getEpochSecond();
    assertThat(carona.toItem().get("expira_em")).isEqualTo(Values.n(expiry));
    assertThat(carona.toPointer().get("expira_em")).isEqualTo(Values.n(expiry));
    long reserva = Long.parseLong(Examples.reserva("c4", "u", "r").toItem().get("expira_em").n());
    assertThat(reserva).isGreaterThanOrEqualTo(expiry);
    assertThat(Examples.recusa("c4", "u", "r").toItem().get("expira_em"))
        .as("later than any copy of the message, which may take 4 + 14 + 4 days")
        .isEqualTo(Values.n(Instant.parse("2026-12-21T10:00:00Z").getEpochSecond()));
  }

  @Test
  void from_withoutAnAttribute_namesItAndTheItem() {
    Map<String, AttributeValue> item = new HashMap<>(Examples.carona("c5", PARTIDA).toItem());
    item.remove("vagas_total");
    assertThatThrownBy(() -> CaronaItem.from(item))
        .hasMessageContaining("CARONA#c5")
        .hasMessageContaining("vagas_total");
  }

  @Test
  void attributeNames_areDistinct() {
    assertThat(Arrays.stream(Attributes.class.getFields()).map(ItemsTest::value))
        .doesNotHaveDuplicates();
  }

  private static Object value(Field constant) {
    try {
      return constant.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, AttributeValue> stored(
      Map<String, AttributeValue> item, Map<String, AttributeValue> key) {
    LOCAL.client().putItem(r -> r.tableName(LOCAL.tableName()).item(item));
    return LOCAL.client().getItem(r -> r.tableName(LOCAL.tableName()).key(key)).item();
  }
}
