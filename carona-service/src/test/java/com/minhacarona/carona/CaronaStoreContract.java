package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.carona.CreateResult.Created;
import com.minhacarona.carona.CreateResult.Repeated;
import com.minhacarona.carona.CreateResult.RequestIdReutilizado;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.CaronaItem.Veiculo;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every store of rides does. */
abstract class CaronaStoreContract {
  private final String requestId = UUID.randomUUID().toString();

  abstract CaronaStore store();

  @Test
  void create_storesAnOpenRide() {
    NewCarona nova = nova(requestId, "ana", "USP");
    CaronaItem created = ((Created) store().create(nova)).carona();
    assertThat(created.status()).isEqualTo(Status.ABERTA);
    assertThat(created.vagasDisponiveis()).isEqualTo(created.vagasTotal()).isEqualTo(4);
    assertThat(created.versao()).isEqualTo(1);
    assertThat(created.criadaEm()).isEqualTo(created.atualizadaEm());
    assertThat(nova.isContentOf(created)).isTrue();
    assertThat(store().find(created.id(), Freshness.STRONG)).contains(created);
  }

  @Test
  void create_repeated_returnsTheSameRide() {
    CaronaItem created = ((Created) store().create(nova(requestId, "ana", "USP"))).carona();
    assertThat(store().create(nova(requestId, "ana", "USP"))).isEqualTo(new Repeated(created));
  }

  @Test
  void create_withAUsedRequestId_refusesOtherContent() {
    CaronaItem created = ((Created) store().create(nova(requestId, "ana", "USP"))).carona();
    assertThat(store().create(nova(requestId, "ana", "Butantã")))
        .isEqualTo(new RequestIdReutilizado(created));
    assertThat(store().find(created.id(), Freshness.STRONG)).contains(created);
  }

  @Test
  void create_byAnotherDriver_isAnotherRide() {
    CaronaItem one = ((Created) store().create(nova(requestId, "ana", "USP"))).carona();
    CaronaItem other = ((Created) store().create(nova(requestId, "bia", "USP"))).carona();
    assertThat(one.id()).isNotEqualTo(other.id());
  }

  @ParameterizedTest
  @EnumSource
  void find_whatIsNotThere_isEmpty(Freshness freshness) {
    assertThat(store().find("nowhere", freshness)).isEmpty();
  }

  private static NewCarona nova(String requestId, String motorista, String destino) {
    return new NewCarona(
        requestId,
        "cond-1",
        motorista,
        "Portaria",
        destino,
        Instant.now().truncatedTo(ChronoUnit.HOURS).plus(2, ChronoUnit.HOURS),
        4,
        Optional.of(new Veiculo("Onix", "", "ABC1D23")),
        "");
  }
}
