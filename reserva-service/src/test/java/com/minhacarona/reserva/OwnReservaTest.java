package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.testing.Callers;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.ReservaItem.Status;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whose reservations a caller sees, and what reading them costs, on DynamoDB Local. */
@Tag("dynamodb")
class OwnReservaTest {
  @RegisterExtension static final ReservaFixture SERVICE = new ReservaFixture();

  private static final String CONDOMINIO = "cond-1";
  private static final Caller DRIVER = Callers.user("motorista-1", CONDOMINIO);

  @Test
  void aResident_seesTheOwnReservationAlone_withOneQuery() {
    String carona = caronaOf("ana", "bia", "carla");
    assertThat(seen(Callers.user("bia", CONDOMINIO), carona)).containsExactly("bia");
    assertThat(SERVICE.store.operations()).containsExactly("Query");
  }

  @Test
  void aResidentWithout_seesNone_withOneQuery() {
    String carona = caronaOf("ana", "carla");
    assertThat(seen(Callers.user("bia", CONDOMINIO), carona)).isEmpty();
    assertThat(SERVICE.store.operations()).containsExactly("Query");
  }

  @Test
  void driver_service_andSomebodyOnCall_seeAll() {
    String carona = caronaOf("ana", "bia", "carla");
    for (Caller caller :
        List.of(
            DRIVER,
            Callers.service(),
            Callers.service().narrowedTo(CONDOMINIO),
            Callers.operator())) {
      assertThat(seen(caller, carona)).as("%s", caller).containsExactly("ana", "bia", "carla");
    }
  }

  @Test
  void ofMorePagesThanOne_aResidentSeesTheOwnAlone_withOneReadMore_andTheDriverAll() {
    String carona = caronaOf("zoe");
    for (int i = 0; i < 120; i++) {
      put(carona, "desistente-%03d".formatted(i));
    }
    SERVICE.store.forget();
    assertThat(seen(Callers.user("zoe", CONDOMINIO), carona)).containsExactly("zoe");
    assertThat(SERVICE.store.operations()).containsExactly("Query", "GetItem");
    SERVICE.store.forget();
    assertThat(seen(Callers.user("desistente-003", CONDOMINIO), carona))
        .containsExactly("desistente-003");
    assertThat(SERVICE.store.operations()).containsExactly("Query");
    assertThat(seen(Callers.user("yara", CONDOMINIO), carona)).isEmpty();
    assertThat(seen(DRIVER, carona)).hasSize(121).contains("zoe");
  }

  @Test
  void aStatus_holdsForTheOwnReservationToo() {
    String carona = caronaOf("ana", "bia");
    Caller bia = Callers.user("bia", CONDOMINIO);
    assertThat(seen(bia, carona, Optional.of(Status.CONFIRMADA))).containsExactly("bia");
    assertThat(seen(bia, carona, Optional.of(Status.CANCELADA))).isEmpty();
  }

  /** Even one's own, booked before one moved: the ride is of a condominium that one left. */
  @Test
  void anotherCondominium_isAsAbsentAsNone_byTheSameRequest() {
    String carona = caronaOf("bia");
    for (String usuario : List.of("bia", "motorista-1", "dora")) {
      Caller caller = Callers.user(usuario, "cond-2");
      SERVICE.store.forget();
      Refused there = Refused.by(() -> seen(caller, carona));
      there.as(Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA");
      assertThat(SERVICE.store.operations()).containsExactly("Query");
      SERVICE.store.forget();
      Refused none = Refused.by(() -> seen(caller, UUID.randomUUID().toString()));
      assertThat(SERVICE.store.operations()).containsExactly("Query");
      assertThat(there.message()).isEqualTo(none.message());
    }
  }

  /** An open ride with a confirmed reservation of each of these. */
  private static String caronaOf(String... usuarios) {
    String carona = SERVICE.openCarona();
    for (String usuario : usuarios) {
      SERVICE.stub.processarReserva(ReservaFixture.request(carona, usuario).build());
    }
    SERVICE.store.forget();
    return carona;
  }

  /** A cancelled reservation, of which a ride may have any number. */
  private static void put(String carona, String usuario) {
    ReservaItem confirmed = Examples.reserva(carona, usuario, UUID.randomUUID().toString());
    SERVICE.local.put(confirmed.withStatus(Status.CANCELADA, "desisti", confirmed.criadaEm()));
  }

  private static List<String> seen(Caller caller, String carona) {
    return seen(caller, carona, Optional.empty());
  }

  private static List<String> seen(Caller caller, String carona, Optional<Status> status) {
    ReservasOfCarona reservas =
        new ReservasOfCarona(SERVICE.server.instance(ReservaList.class), caller, carona, status);
    List<String> seen = new ArrayList<>();
    for (Optional<List<ReservaItem>> page = reservas.nextPage();
        page.isPresent();
        page = reservas.nextPage()) {
      page.get().forEach(reserva -> seen.add(reserva.usuarioId()));
    }
    return seen;
  }
}
