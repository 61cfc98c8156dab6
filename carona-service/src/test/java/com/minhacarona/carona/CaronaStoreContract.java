package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.carona.CreateResult.Created;
import com.minhacarona.carona.CreateResult.Repeated;
import com.minhacarona.carona.CreateResult.RequestIdReutilizado;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.CaronaItem.Veiculo;
import com.minhacarona.table.StoredItems;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link CaronaStore} does. */
abstract class CaronaStoreContract {
  private final String requestId = UUID.randomUUID().toString();

  abstract CaronaStore store();

  abstract StoredItems items();

  @AfterEach
  void itemsAreConsistent() {
    assertThat(items().violations()).isEmpty();
  }

  @Test
  void create_storesAnOpenRide() {
    NewCarona newCarona = newCarona(requestId, "ana", "USP");
    CaronaItem created = ((Created) store().create(newCarona)).carona();
    assertThat(created.status()).isEqualTo(Status.ABERTA);
    assertThat(created.vagasDisponiveis()).isEqualTo(created.vagasTotal()).isEqualTo(4);
    assertThat(created.versao()).isEqualTo(1);
    assertThat(created.criadaEm()).isEqualTo(created.atualizadaEm());
    assertThat(newCarona.isContentOf(created)).isTrue();
    assertThat(store().find(created.id(), Freshness.STRONG)).contains(created);
  }

  @Test
  void create_repeated_returnsTheSameRide() {
    CaronaItem created = ((Created) store().create(newCarona(requestId, "ana", "USP"))).carona();
    assertThat(store().create(newCarona(requestId, "ana", "USP"))).isEqualTo(new Repeated(created));
  }

  @Test
  void create_withAUsedRequestId_refusesOtherContent() {
    CaronaItem created = ((Created) store().create(newCarona(requestId, "ana", "USP"))).carona();
    assertThat(store().create(newCarona(requestId, "ana", "Butantã")))
        .isEqualTo(new RequestIdReutilizado(created));
    assertThat(store().find(created.id(), Freshness.STRONG)).contains(created);
  }

  @Test
  void create_byAnotherDriver_isAnotherRide() {
    CaronaItem one = ((Created) store().create(newCarona(requestId, "ana", "USP"))).carona();
    CaronaItem other = ((Created) store().create(newCarona(requestId, "bia", "USP"))).carona();
    assertThat(one.id()).isNotEqualTo(other.id());
  }

  @Test
  void create_byManyAtOnce_storesOneRide() throws Exception {
    NewCarona newCarona = newCarona(requestId, "ana", "USP");
    List<Callable<CreateResult>> creations =
        Collections.nCopies(20, () -> store().create(newCarona));
    List<CreateResult> results;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      results = threads.invokeAll(creations).stream().map(Future::resultNow).toList();
    }
    assertThat(results).filteredOn(Created.class::isInstance).hasSize(1);
    assertThat(results).filteredOn(Repeated.class::isInstance).hasSize(19);
  }

  @ParameterizedTest
  @EnumSource
  void find_whatIsNotThere_isEmpty(Freshness freshness) {
    assertThat(store().find("nowhere", freshness)).isEmpty();
  }

  private static NewCarona newCarona(String requestId, String motorista, String destino) {
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
