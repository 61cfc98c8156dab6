package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.ProtoTimes;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CreateCaronaRequest;
import io.grpc.Status.Code;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The same request_id again: later than its ride departs, and in another condominium. */
@Tag("dynamodb")
class CreateCaronaRepeatedTest {
  @RegisterExtension static final CaronaFixture SERVICE = new CaronaFixture();

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  private final Instant anHourAgo = now.minus(1, ChronoUnit.HOURS);
  private final Instant tomorrow = now.plus(1, ChronoUnit.DAYS);

  @Test
  void createCarona_repeatedAfterTheDeparture_returnsTheSameRide_byOneRead() {
    CreateCaronaRequest request = departing(anHourAgo).build();
    CaronaItem created = createdEarlier(request);
    assertThat(SERVICE.stub.createCarona(request).getCarona())
        .isEqualTo(CaronaProtos.carona(created));
    assertThat(SERVICE.store.operations()).containsExactly("GetItem");
    assertThat(SERVICE.store.answered().getFirst().request()).contains("\"ConsistentRead\":true");
  }

  @Test
  void createCarona_repeatedAfterTheDeparture_returnsTheRideAsItNowStands() {
    CreateCaronaRequest request = departing(anHourAgo).build();
    CaronaItem arrived =
        createdEarlier(request).withStatus(CaronaItem.Status.CONCLUIDA, 4, "chegamos", now);
    SERVICE.local.put(arrived);
    assertThat(SERVICE.stub.createCarona(request).getCarona())
        .isEqualTo(CaronaProtos.carona(arrived));
  }

  @Test
  void createCarona_repeatedAfterTheDepartureWithOtherContent_refusesWithRequestIdReutilizado() {
    CreateCaronaRequest request = departing(anHourAgo).build();
    CaronaItem created = createdEarlier(request);
    Refused.by(
            () -> SERVICE.stub.createCarona(request.toBuilder().setDestino("Outro lugar").build()))
        .as(Code.ALREADY_EXISTS, "REQUEST_ID_REUTILIZADO")
        .with(Map.of("carona_id", created.id()));
  }

  @Test
  void createCarona_outOfTimeAndNeverCreated_isInvalid_afterOneRead() {
    for (Instant partida : List.of(anHourAgo, now.plus(CaronaItem.MAX_AHEAD).plusSeconds(60))) {
      SERVICE.store.forget();
      Refused refused =
          Refused.by(() -> SERVICE.stub.createCarona(departing(partida).build()))
              .as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
      assertThat(refused.fields()).containsExactly("partida");
      assertThat(SERVICE.store.operations()).containsExactly("GetItem");
    }
  }

  @Test
  void createCarona_outOfTimeAndWrongOtherwise_namesBothAtOnce_withoutARead() {
    CreateCaronaRequest request = departing(anHourAgo).build();
    createdEarlier(request);
    Refused refused =
        Refused.by(() -> SERVICE.stub.createCarona(request.toBuilder().setVagasTotal(51).build()));
    assertThat(refused.fields()).containsExactly("partida", "vagas_total");
    assertThat(SERVICE.store.operations()).isEmpty();
  }

  @Test
  void createCarona_repeatedAfterTheDepartureFromAnotherCondominium_isInvalid_withoutARead() {
    CreateCaronaRequest request = departing(anHourAgo).build();
    createdEarlier(request);
    Refused.by(() -> SERVICE.boundTo("cond-2").createCarona(request))
        .as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(SERVICE.store.operations()).isEmpty();
  }

  @Test
  void createCarona_outOfTime_whileTheStoreIsAway_isUnavailable_notInvalid() {
    SERVICE.store.next(
        "GetItem",
        DynamoDbProxy.lostOnTheWayThere(),
        DynamoDbProxy.lostOnTheWayThere(),
        DynamoDbProxy.lostOnTheWayThere());
    Refused.by(() -> SERVICE.stub.createCarona(departing(anHourAgo).build()))
        .as(Code.UNAVAILABLE, Errors.INDISPONIVEL);
  }

  @Test
  void createCarona_withTheSameDriverAndRequestIdInAnotherCondominium_isAnotherRide() {
    CreateCaronaRequest request = departing(tomorrow).build();
    Carona here = SERVICE.boundTo("cond-1").createCarona(request).getCarona();
    CreateCaronaRequest elsewhere = request.toBuilder().setCondominioId("cond-2").build();
    Carona there = SERVICE.boundTo("cond-2").createCarona(elsewhere).getCarona();
    assertThat(there.getCondominioId()).isEqualTo("cond-2");
    assertThat(there.getId()).isNotEqualTo(here.getId());
    assertThat(SERVICE.boundTo("cond-2").createCarona(elsewhere).getCarona()).isEqualTo(there);
  }

  /** Stores the ride that the request created two hours before its departure. */
  private CaronaItem createdEarlier(CreateCaronaRequest request) {
    Instant then =
        Instant.ofEpochSecond(request.getPartida().getSeconds(), request.getPartida().getNanos())
            .minus(Duration.ofHours(2));
    CaronaItem created = CaronaProtos.offer(request, then).newCarona().aberta(then);
    SERVICE.local.put(created);
    return created;
  }

  private static CreateCaronaRequest.Builder departing(Instant partida) {
    return CreateCaronaRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setCondominioId("cond-1")
        .setMotoristaId("ana")
        .setOrigem("Portaria")
        .setDestino("USP")
        .setPartida(ProtoTimes.timestamp(partida))
        .setVagasTotal(4);
  }
}
