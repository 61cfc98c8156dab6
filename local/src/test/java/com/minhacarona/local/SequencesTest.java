package com.minhacarona.local;

import static com.minhacarona.local.LocalFixture.booking;
import static com.minhacarona.local.LocalFixture.carona;
import static com.minhacarona.local.LocalFixture.reserva;
import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.client.RefusedException;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.Consistencia;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.StatusReserva;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/**
 * Makes random sequences of calls on one ride, one after the other and all at once. {@code
 * junit-platform.properties} sets how many; {@code mvn test -Dsoak} tries three times as many.
 */
@Tag("dynamodb")
@Tag("soak")
class SequencesTest {
  private static final LocalFixture LOCAL = new LocalFixture();

  private static final List<String> USERS = List.of("ana", "bia", "caio", "davi");

  /** Only a few, so that the same resident and others repeat them. */
  private static final List<String> REQUESTS =
      List.of(
          "00000000-0000-4000-8000-00000000000a",
          "00000000-0000-4000-8000-00000000000b",
          "00000000-0000-4000-8000-00000000000c");

  sealed interface Call {
    record Book(String user, int seats, String request) implements Call {}

    record ChangeReserva(String user, StatusReserva to) implements Call {}

    record ChangeCarona(StatusCarona to) implements Call {}
  }

  @Provide
  Arbitrary<List<Call>> calls() {
    Arbitrary<String> users = Arbitraries.of(USERS);
    Arbitrary<Call> book =
        Combinators.combine(users, Arbitraries.integers().between(1, 3), Arbitraries.of(REQUESTS))
            .as(Call.Book::new);
    Arbitrary<Call> cancel =
        users.map(user -> new Call.ChangeReserva(user, StatusReserva.STATUS_RESERVA_CANCELADA));
    Arbitrary<Call> conclude =
        Combinators.combine(
                users,
                Arbitraries.of(
                    StatusReserva.STATUS_RESERVA_CONCLUIDA,
                    StatusReserva.STATUS_RESERVA_NAO_COMPARECEU,
                    StatusReserva.STATUS_RESERVA_CONFIRMADA))
            .as(Call.ChangeReserva::new);
    Arbitrary<Call> move =
        Arbitraries.of(
                StatusCarona.STATUS_CARONA_EM_ANDAMENTO,
                StatusCarona.STATUS_CARONA_CONCLUIDA,
                StatusCarona.STATUS_CARONA_CANCELADA,
                StatusCarona.STATUS_CARONA_ABERTA)
            .map(Call.ChangeCarona::new);
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(12, book),
            net.jqwik.api.Tuple.of(6, cancel),
            net.jqwik.api.Tuple.of(2, conclude),
            net.jqwik.api.Tuple.of(1, move))
        .list()
        .ofMinSize(5)
        .ofMaxSize(25);
  }

  @Property(shrinking = ShrinkingMode.BOUNDED)
  void oneAfterTheOther_theyDoWhatTheModelDoes(@ForAll("calls") List<Call> calls) {
    Model model = new Model(4);
    String id = LOCAL.newCarona("motorista-" + UUID.randomUUID(), 4).getId();
    for (Call call : calls) {
      String expected =
          switch (call) {
            case Call.Book b -> model.book(b.user(), b.seats(), b.request());
            case Call.ChangeReserva r -> model.change(r.user(), r.to());
            case Call.ChangeCarona c -> model.change(c.to());
          };
      assertThat(outcome(id, call)).as("%s in %s", call, calls).isEqualTo(expected);
      Carona now = get(id);
      assertThat(now.getStatus()).isEqualTo(model.status());
      assertThat(now.getVagasDisponiveis()).isEqualTo(model.left());
      assertThat(LOCAL.system.violations()).isEmpty();
    }
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void allAtOnce_whatWasAcknowledgedHappened_onceAtMost(@ForAll("calls") List<Call> calls)
      throws Exception {
    String id = LOCAL.newCarona("motorista-" + UUID.randomUUID(), 4).getId();
    List<String> outcomes;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      outcomes =
          threads
              .invokeAll(
                  calls.stream().map(call -> (Callable<String>) () -> outcome(id, call)).toList())
              .stream()
              .map(Future::resultNow)
              .toList();
    }

    assertThat(LOCAL.system.violations()).isEmpty();
    Map<String, Reserva> reservas =
        LOCAL.client.getReservas(GetReservasRequest.newBuilder().setCaronaId(id).build()).stream()
            .collect(Collectors.toMap(Reserva::getUsuarioId, r -> r));
    for (int i = 0; i < calls.size(); i++) {
      if (calls.get(i) instanceof Call.Book book
          && List.of("OK", "REPETIDA").contains(outcomes.get(i))) {
        assertThat(reservas).containsKey(book.user());
      }
    }
    for (String user : USERS) {
      for (String request : REQUESTS) {
        long effects = 0;
        for (int i = 0; i < calls.size(); i++) {
          if (calls.get(i) instanceof Call.Book book
              && book.user().equals(user)
              && book.request().equals(request)
              && outcomes.get(i).equals("OK")) {
            effects++;
          }
        }
        assertThat(effects).as("%s took effect for %s", request, user).isLessThanOrEqualTo(1);
      }
    }
    StatusCarona status = get(id).getStatus();
    if (status == StatusCarona.STATUS_CARONA_CANCELADA) {
      assertThat(reservas.values())
          .noneMatch(r -> r.getStatus() == StatusReserva.STATUS_RESERVA_CONFIRMADA);
    }
  }

  private static String outcome(String id, Call call) {
    return switch (call) {
      case Call.Book b ->
          named(() ->
              LOCAL
                      .client
                      .processarReserva(
                          booking(id, b.user(), b.seats()).setRequestId(b.request()).build())
                      .getRepetida()
                  ? "REPETIDA"
                  : "OK");
      case Call.ChangeReserva r ->
          named(() -> {
            LOCAL.client.updateReservaStatus(reserva(id, r.user(), r.to()));
            return "OK";
          });
      case Call.ChangeCarona c ->
          named(() -> {
            LOCAL.client.updateCaronaStatus(carona(id, c.to()));
            return "OK";
          });
    };
  }

  private static String named(Supplier<String> call) {
    try {
      return call.get();
    } catch (RefusedException e) {
      return e.reason();
    }
  }

  private static Carona get(String id) {
    return LOCAL.client.getCarona(
        GetCaronaRequest.newBuilder()
            .setCaronaId(id)
            .setConsistencia(Consistencia.CONSISTENCIA_FORTE)
            .build());
  }
}
