package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.Timestamp;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.ListCaronasRequest;
import io.grpc.Status.Code;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each line of the contract for ListCaronasDisponiveis, through a stub, on DynamoDB Local. */
@Tag("dynamodb")
class CaronaListTest {
  @RegisterExtension static final CaronaFixture SERVICE = new CaronaFixture();

  /** Each test has a condominium of its own. */
  private final String condominio = "cond-" + UUID.randomUUID();

  private final Instant base = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);

  @Test
  void list_ofACondominium_isByDeparture() {
    List<String> caronas = caronas(5);
    assertThat(ids(list(ofCondominio()))).isEqualTo(caronas);
  }

  @Test
  void list_ofAllCondominiums_isByDeparture() {
    List<String> caronas = caronas(5);
    List<CaronaResponse> all = list(ListCaronasRequest.newBuilder());
    assertThat(ids(all)).containsSubsequence(caronas);
    assertThat(all)
        .isSortedAccordingTo(
            java.util.Comparator.comparingLong(r -> r.getCarona().getPartida().getSeconds()));
  }

  @Test
  void list_hasOnlyOpenRidesWithSeatsAheadOfDeparture() {
    String open = put(1, Status.ABERTA, 4);
    put(2, Status.EM_ANDAMENTO, 4);
    put(3, Status.CONCLUIDA, 4);
    put(4, Status.CANCELADA, 4);
    String full = put(5, Status.LOTADA, 0);
    for (int i = 0; i < 4; i++) {
      SERVICE.local.put(Examples.reserva(full, "passageiro-" + i, UUID.randomUUID().toString()));
    }
    put(-48, Status.ABERTA, 4);
    assertThat(ids(list(ofCondominio()))).containsExactly(open);
    assertThat(ids(list(ListCaronasRequest.newBuilder()))).contains(open).doesNotContain(full);
  }

  @Test
  void list_inAWindow_hasItsBeginningAndNotItsEnd() {
    List<String> caronas = caronas(5);
    ListCaronasRequest.Builder window = ofCondominio().setDe(at(1)).setAte(at(3));
    assertThat(ids(list(window))).isEqualTo(caronas.subList(1, 3));
    assertThat(ids(list(window.clearCondominioId())))
        .containsAll(caronas.subList(1, 3))
        .doesNotContain(caronas.get(0), caronas.get(3));
  }

  @Test
  void list_withVagasMinimas_hasOnlyRidesWithThatManyLeft() {
    String two = put(1, Status.ABERTA, 2);
    ReservaItem pair = Examples.reserva(two, "ana", "r1");
    SERVICE.local.put(pair);
    SERVICE.local.put(Examples.reserva(two, "bia", "r2"));
    String four = put(2, Status.ABERTA, 4);
    assertThat(ids(list(ofCondominio().setVagasMinimas(2)))).containsExactly(two, four);
    assertThat(ids(list(ofCondominio().setVagasMinimas(3)))).containsExactly(four);
  }

  @Test
  void list_withLimite_stopsThere_andReadsNoMore() {
    List<String> caronas = caronas(5);
    assertThat(ids(list(ofCondominio().setLimite(2)))).isEqualTo(caronas.subList(0, 2));
    assertThat(SERVICE.store.operations()).containsExactly("Query", "BatchGetItem");
  }

  @Test
  void list_resumedAfterAnyCursor_goesOnThere() {
    List<String> caronas = caronas(7);
    for (ListCaronasRequest.Builder request :
        List.of(ofCondominio(), ListCaronasRequest.newBuilder().setDe(at(0)).setAte(at(7)))) {
      List<CaronaResponse> whole = list(request);
      for (int i = 0; i < whole.size(); i++) {
        List<CaronaResponse> rest = list(request.setApos(whole.get(i).getCursor()));
        assertThat(ids(rest)).isEqualTo(ids(whole).subList(i + 1, whole.size()));
      }
      assertThat(ids(whole)).containsAll(caronas);
    }
  }

  @Test
  void list_resumedAfterARideThatIsGone_goesOnThere() {
    List<String> caronas = caronas(3);
    String cursor = list(ofCondominio().setLimite(2)).get(1).getCursor();
    CaronaItem second = SERVICE.local.carona(caronas.get(1));
    SERVICE.local.put(second.withStatus(Status.CANCELADA, 4, "", base));
    assertThat(ids(list(ofCondominio().setApos(cursor)))).containsExactly(caronas.get(2));
  }

  @Test
  void list_resumedAfterARideThatHasDeparted_hasTheRidesAfterIt() {
    List<String> caronas = caronas(2);
    Position departed = new Position(Instant.now().minusSeconds(60), UUID.randomUUID().toString());
    Filter filter = new Filter(Optional.of(condominio), Optional.empty(), Optional.empty(), 1);
    Filter ofAll = new Filter(Optional.empty(), Optional.empty(), Optional.empty(), 1);
    assertThat(ids(list(ofCondominio().setApos(Cursor.of(filter, departed))))).isEqualTo(caronas);
    assertThat(ids(list(ListCaronasRequest.newBuilder().setApos(Cursor.of(ofAll, departed)))))
        .containsSubsequence(caronas);
  }

  @Test
  void list_withACursorOfAnotherFilter_refusesWithCursorInvalido() {
    caronas(2);
    String cursor = list(ofCondominio()).getFirst().getCursor();
    for (ListCaronasRequest.Builder other :
        List.of(
            ofCondominio().setVagasMinimas(2),
            ofCondominio().setAte(at(9)),
            ListCaronasRequest.newBuilder())) {
      Refused refused = Refused.by(() -> list(other.setApos(cursor)));
      refused.as(Code.INVALID_ARGUMENT, "CURSOR_INVALIDO");
      assertThat(refused.fields()).containsExactly("apos");
    }
  }

  @Test
  void list_withATamperedCursor_refusesWithCursorInvalido() {
    caronas(1);
    String cursor = list(ofCondominio()).getFirst().getCursor();
    String tampered = (cursor.charAt(0) == 'A' ? "B" : "A") + cursor.substring(1);
    for (String apos : List.of(tampered, "x", cursor + "x")) {
      Refused.by(() -> list(ofCondominio().setApos(apos)))
          .as(Code.INVALID_ARGUMENT, "CURSOR_INVALIDO");
    }
  }

  @Test
  void list_withABadRequest_namesAllFields() {
    Refused refused =
        Refused.by(() ->
            list(
                ListCaronasRequest.newBuilder()
                    .setCondominioId("não")
                    .setDe(at(2))
                    .setAte(at(1))
                    .setVagasMinimas(51)
                    .setLimite(-1)));
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields()).containsExactly("condominio_id", "ate", "vagas_minimas", "limite");
  }

  @Test
  void list_ofACallerOfOneCondominium_mustNameIt() {
    Refused refused =
        Refused.by(() ->
            SERVICE
                .boundTo(condominio)
                .listCaronasDisponiveis(ListCaronasRequest.getDefaultInstance())
                .hasNext());
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields()).containsExactly("condominio_id");
  }

  @Test
  void list_ofAnotherCondominium_isAsEmptyAsOneThatNeverWas() {
    caronas(2);
    assertThat(SERVICE.boundTo("cond-2").listCaronasDisponiveis(ofCondominio().build()).hasNext())
        .isFalse();
    assertThat(
            ImmutableList.copyOf(
                SERVICE.boundTo(condominio).listCaronasDisponiveis(ofCondominio().build())))
        .hasSize(2);
  }

  @Test
  void list_of100Rides_costsOneQueryAndOneBatchRead() {
    caronas(100);
    SERVICE.store.forget();
    assertThat(list(ofCondominio())).hasSize(100);
    assertThat(SERVICE.store.operations()).containsExactly("Query", "BatchGetItem");
  }

  @Test
  void list_of250Rides_hasThemAllOnce() {
    List<String> caronas = caronas(250);
    assertThat(ids(list(ofCondominio()))).isEqualTo(caronas);
    assertThat(ids(list(ofCondominio().setLimite(150)))).isEqualTo(caronas.subList(0, 150));
  }

  @Test
  void list_withUnprocessedKeys_asksForThemAgain() {
    List<String> caronas = caronas(2);
    SERVICE.store.next("BatchGetItem", DynamoDbProxy.unprocessed());
    assertThat(ids(list(ofCondominio()))).isEqualTo(caronas);
    assertThat(SERVICE.store.operations()).containsExactly("Query", "BatchGetItem", "BatchGetItem");
  }

  @Test
  void list_withKeysThatStayUnprocessed_refusesWithSobrecarga() {
    caronas(2);
    for (int i = 0; i < 6; i++) {
      SERVICE.store.next("BatchGetItem", DynamoDbProxy.unprocessed());
    }
    Refused.by(() -> list(ofCondominio()))
        .as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA)
        .retryAfter(Duration.ofSeconds(1));
  }

  private ListCaronasRequest.Builder ofCondominio() {
    return ListCaronasRequest.newBuilder().setCondominioId(condominio);
  }

  /** Open rides of this test's condominium, an hour apart. */
  private List<String> caronas(int count) {
    return IntStream.range(0, count).mapToObj(i -> put(i, Status.ABERTA, 4)).toList();
  }

  private String put(int hours, Status status, int vagasDisponiveis) {
    Instant partida = base.plus(hours, ChronoUnit.HOURS);
    CaronaItem open = Examples.carona(UUID.randomUUID().toString(), partida);
    CaronaItem ofCondominio =
        new CaronaItem(
            open.id(),
            condominio,
            open.motoristaId(),
            open.origem(),
            open.destino(),
            partida,
            4,
            vagasDisponiveis,
            status,
            1,
            open.veiculo(),
            "",
            "",
            open.criadaEm(),
            open.criadaEm());
    SERVICE.local.put(ofCondominio);
    return ofCondominio.id();
  }

  private Timestamp at(int hours) {
    return Timestamp.newBuilder()
        .setSeconds(base.plus(hours, ChronoUnit.HOURS).getEpochSecond())
        .build();
  }

  private static List<CaronaResponse> list(ListCaronasRequest.Builder request) {
    List<CaronaResponse> all = new ArrayList<>();
    SERVICE.stub.listCaronasDisponiveis(request.build()).forEachRemaining(all::add);
    return all;
  }

  private static List<String> ids(List<CaronaResponse> responses) {
    return responses.stream().map(r -> r.getCarona().getId()).toList();
  }
}
