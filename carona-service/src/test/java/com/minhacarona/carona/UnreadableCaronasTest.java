package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.dynamodb.SkippedItems;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.Attributes;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Damage;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.OpenCaronaIndex;
import com.minhacarona.table.Values;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.ListCaronasRequest;
import io.grpc.Status.Code;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What reads many rides goes on when one of them, or its pointer, has any damage that DynamoDB lets
 * happen. All of them are in the same condominium.
 */
@Tag("dynamodb")
class UnreadableCaronasTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb().withoutStream();

  private static final String CONDOMINIO = "cond-1";

  /** A ride of the table, and what is damaged about it. */
  private record Stored(String id, Optional<Damage> damage) {
    boolean isReadable() {
      return damage.map(Damage::leavesReadable).orElse(true);
    }

    boolean isInTheIndex() {
      return damage.map(d -> !OpenCaronaIndex.ATTRIBUTES.contains(d.attribute())).orElse(true);
    }
  }

  private static final List<Stored> STORED = new ArrayList<>();
  private static final RecordedFeed FEED = new RecordedFeed();
  private static TestServer server;

  @BeforeAll
  static void start() {
    server =
        TestServer.netty(
            TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()),
            FEED.module(),
            new UpdatesModule(),
            new CaronaModule(new CaronaConfig(Duration.ofMinutes(1))));
    List<Map<String, AttributeValue>> items = new ArrayList<>();
    for (Damage damage : Damage.of(carona().toItem())) {
      CaronaItem carona = next(Optional.of(damage));
      items.add(damage.on(carona.toItem()));
      items.add(carona.toPointer());
      CaronaItem neighbour = next(Optional.empty());
      items.add(neighbour.toItem());
      items.add(neighbour.toPointer());
    }
    for (Damage damage : Damage.of(carona().toPointer())) {
      CaronaItem carona = next(Optional.empty());
      items.add(carona.toItem());
      items.add(damage.on(carona.toPointer()));
    }
    Damage.EVERY_TYPE
        .values()
        .forEach(value -> {
          CaronaItem carona = next(Optional.empty());
          Damage newer = new Damage("novidade", Optional.of(value));
          items.add(newer.on(carona.toItem()));
          items.add(newer.on(carona.toPointer()));
        });
    // Between rides more of them than one page has, and at the end.
    String between = carona().toPointer().get(Attributes.SK).s().replaceFirst("Z#.*", "Z!");
    CaronaItem last = next(Optional.empty());
    items.add(last.toItem());
    items.add(last.toPointer());
    Stream.of(
            between + "1#x",
            between + "2#x",
            between + "3#x",
            "CARONA#9998-99-99T00:00:00.000Z#x",
            "CARONA#9998-01-01T00:00:00Z#x",
            "CARONA#9998")
        .forEach(sk ->
            items.add(
                Map.of(
                    Attributes.PK, Values.s("CONDOMINIO#" + CONDOMINIO),
                    Attributes.SK, Values.s(sk))));
    LOCAL.putAll(items);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void list_ofTheCondominium_hasAllThatCanBeRead() {
    assertThat(ids(list(ofCondominio()))).isEqualTo(readable());
    assertThat(server.instance(MeterRegistry.class).counter(SkippedItems.UNREADABLE).count())
        .isGreaterThanOrEqualTo(STORED.size() - readable().size());
  }

  @Test
  void list_ofTheCondominium_rideByRide_hasAllThatCanBeRead() {
    assertThat(rideByRide(ofCondominio())).isEqualTo(readable());
  }

  @Test
  void list_ofAllCondominiums_hasAllThatCanBeRead() {
    List<String> open =
        STORED.stream()
            .filter(Stored::isReadable)
            .filter(Stored::isInTheIndex)
            .map(Stored::id)
            .toList();
    assertThat(ids(list(ListCaronasRequest.newBuilder()))).isEqualTo(open);
    assertThat(rideByRide(ListCaronasRequest.newBuilder())).isEqualTo(open);
  }

  @Test
  void aStream_thatFollowsTheCondominium_hasAllThatCanBeRead_andSurvivesGaps() {
    Watcher watcher =
        Watcher.open(CaronaServiceGrpc.newStub(server.channel())).followCondominio(CONDOMINIO);
    assertThat(watcher.known().keySet()).containsExactlyInAnyOrderElementsOf(readable());
    FEED.listener.gap();
    watcher.requests.cancel("done", null);
  }

  @Test
  void aStream_thatFollowsARide_hearsOfOthers_whateverDamageItTakesLater() {
    CaronaItem followed = underWay();
    CaronaItem other = underWay();
    LOCAL.putAll(List.of(followed.toItem(), other.toItem()));
    Watcher watcher =
        Watcher.open(CaronaServiceGrpc.newStub(server.channel()))
            .followCaronas(followed.id(), other.id());
    for (Damage damage : Damage.of(followed.toItem())) {
      other = other.withStatus(Status.EM_ANDAMENTO, 4, "assim foi", other.criadaEm());
      LOCAL.putAll(List.of(damage.on(followed.toItem()), other.toItem()));
      FEED.listener.gap();
    }
    watcher.awaitVersion(other.id(), other.versao());
    watcher.requests.cancel("done", null);
  }

  @Test
  void aStream_thatNamesARideThatCannotBeRead_refusesTheCommand_andGoesOn() {
    String bad = STORED.stream().filter(s -> !s.isReadable()).findFirst().orElseThrow().id();
    Watcher watcher = Watcher.open(CaronaServiceGrpc.newStub(server.channel()));
    watcher.follow("bad", Assinar.newBuilder().addCaronaIds(bad));
    assertThat(watcher.awaitResult("bad").getMotivo()).isEqualTo("CARONA_NAO_ENCONTRADA");
    watcher.followCaronas(readable().getFirst());
    watcher.requests.cancel("done", null);
  }

  @Test
  void aCall_onOneRideThatCannotBeRead_refusesWithErroInterno_andATraceId() {
    var stub = CaronaServiceGrpc.newBlockingStub(server.channel());
    for (Stored stored : STORED) {
      GetCaronaRequest get = GetCaronaRequest.newBuilder().setCaronaId(stored.id()).build();
      CheckVagasRequest check = CheckVagasRequest.newBuilder().setCaronaId(stored.id()).build();
      if (stored.isReadable()) {
        var _ = stub.getCarona(get);
        var _ = stub.checkVagas(check);
      } else {
        assertThat(
                Refused.by(() -> stub.getCarona(get))
                    .as(Code.INTERNAL, Errors.ERRO_INTERNO)
                    .errorInfo()
                    .getMetadataMap())
            .containsKey("trace_id");
        Refused.by(() -> stub.checkVagas(check)).as(Code.INTERNAL, Errors.ERRO_INTERNO);
      }
    }
  }

  private static CaronaItem next(Optional<Damage> damage) {
    CaronaItem carona = carona();
    STORED.add(new Stored(carona.id(), damage));
    return carona;
  }

  /** A ride with every attribute that there is; each departs a second after the one before. */
  private static CaronaItem carona() {
    CaronaItem carona =
        Examples.carona(
            UUID.randomUUID().toString(),
            CONDOMINIO,
            Instant.now()
                .truncatedTo(ChronoUnit.HOURS)
                .plus(1, ChronoUnit.DAYS)
                .plusSeconds(STORED.size()));
    return carona.withStatus(Status.ABERTA, 4, "assim foi", carona.criadaEm());
  }

  /** A ride that is in no list. */
  private static CaronaItem underWay() {
    CaronaItem carona = carona();
    return carona.withStatus(Status.EM_ANDAMENTO, 4, "assim foi", carona.criadaEm());
  }

  private static List<String> readable() {
    return STORED.stream().filter(Stored::isReadable).map(Stored::id).toList();
  }

  private static ListCaronasRequest.Builder ofCondominio() {
    return ListCaronasRequest.newBuilder().setCondominioId(CONDOMINIO);
  }

  private static List<String> rideByRide(ListCaronasRequest.Builder request) {
    List<String> all = new ArrayList<>();
    List<CaronaResponse> page = list(request.setLimite(1));
    while (!page.isEmpty()) {
      all.addAll(ids(page));
      page = list(request.setApos(page.getLast().getCursor()));
    }
    return all;
  }

  private static List<CaronaResponse> list(ListCaronasRequest.Builder request) {
    List<CaronaResponse> all = new ArrayList<>();
    CaronaServiceGrpc.newBlockingStub(server.channel())
        .listCaronasDisponiveis(request.build())
        .forEachRemaining(all::add);
    return all;
  }

  private static List<String> ids(List<CaronaResponse> responses) {
    return responses.stream().map(r -> r.getCarona().getId()).toList();
  }
}
