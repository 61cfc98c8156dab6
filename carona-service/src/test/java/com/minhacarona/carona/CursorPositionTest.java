package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Injector;
import com.minhacarona.runtime.server.GrpcServerModule;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Lists that go on behind every position there can be, in every window and at every time, on
 * DynamoDB Local and compared with a model.
 */
@Tag("dynamodb")
class CursorPositionTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb().withoutStream();

  private static final Instant BASE = Instant.parse("2026-12-01T10:00:00Z");

  /** In milliseconds after {@link #BASE}; two rides depart at the same moment. */
  private static final List<Integer> DEPARTURES = List.of(0, 1, 2, 2, 3, 4);

  private static Injector injector;
  private static CaronaList list;

  @BeforeAll
  static void start() {
    injector =
        TestServer.injector(
            TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()),
            binder -> {
              binder.bind(CaronaConfig.class).toInstance(new CaronaConfig(Duration.ofMinutes(1)));
              binder.bind(ListLimits.class);
              binder.bind(CaronaList.class);
              GrpcServerModule.readiness(binder).addBinding().toInstance(() -> {});
            });
    list = injector.getInstance(CaronaList.class);
    for (int i = 0; i < DEPARTURES.size(); i++) {
      LOCAL.put(Examples.carona("c" + i, at(DEPARTURES.get(i))));
    }
  }

  @AfterAll
  static void stop() {
    injector.getInstance(DynamoDbClient.class).close();
  }

  static Stream<Optional<String>> kinds() {
    return Stream.of(Optional.of("cond-1"), Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void list_behindEveryPosition_inEveryWindow_atEveryTime_isTheRest(Optional<String> condominio) {
    List<Position> all =
        read(
            new Filter(condominio, Optional.empty(), Optional.empty(), 0),
            before(),
            Optional.empty());
    assertThat(all).hasSameSizeAs(DEPARTURES);
    List<Position> cursors = new ArrayList<>(all);
    cursors.addFirst(new Position(at(-1), "gone"));
    cursors.addLast(new Position(at(5), "gone"));
    List<String> wrong = new ArrayList<>();
    int cases = 0;
    for (Filter filter : windows(condominio)) {
      for (Instant now : times()) {
        for (int i = 0; i < cursors.size(); i++) {
          List<String> expected =
              all.subList(Math.min(i, all.size()), all.size()).stream()
                  .filter(p -> isInTheList(p, filter, now))
                  .map(Position::caronaId)
                  .toList();
          List<String> found = ids(read(filter, now, Optional.of(cursors.get(i))));
          if (!found.equals(expected)) {
            wrong.add(
                "%s behind %s at %s: %s, not %s"
                    .formatted(filter, cursors.get(i), now, found, expected));
          }
          cases++;
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(cases).isEqualTo(9 * 8 * 8);
  }

  private static boolean isInTheList(Position p, Filter filter, Instant now) {
    return p.partida().isAfter(now)
        && filter.de().map(de -> !p.partida().isBefore(de)).orElse(true)
        && filter.ate().map(ate -> p.partida().isBefore(ate)).orElse(true);
  }

  private static List<Filter> windows(Optional<String> condominio) {
    List<Filter> windows = new ArrayList<>();
    for (Optional<Instant> de : List.<Optional<Instant>>of(Optional.empty(), milli(1), milli(2))) {
      for (Optional<Instant> ate :
          List.<Optional<Instant>>of(Optional.empty(), milli(3), milli(4))) {
        windows.add(new Filter(condominio, de, ate, 0));
      }
    }
    return windows;
  }

  /** Before, at and after departures, and where a departure lies in the same millisecond. */
  private static List<Instant> times() {
    return List.of(
        at(-2),
        at(0),
        at(1),
        at(2).minusNanos(1),
        at(2),
        at(2).plusNanos(400_000),
        at(3).plusNanos(1),
        at(9));
  }

  private static List<Position> read(Filter filter, Instant now, Optional<Position> after) {
    OpenCaronas caronas =
        new OpenCaronas(list, Clock.fixed(now, ZoneOffset.UTC), filter, after, Integer.MAX_VALUE);
    List<Position> all = new ArrayList<>();
    Optional<List<OpenCaronas.Listed>> page = caronas.nextPage();
    while (page.isPresent()) {
      page.get().forEach(listed -> all.add(listed.position()));
      page = caronas.nextPage();
    }
    return all;
  }

  private static List<String> ids(List<Position> positions) {
    return positions.stream().map(Position::caronaId).toList();
  }

  private static Instant before() {
    return BASE.minus(Duration.ofHours(1));
  }

  private static Optional<Instant> milli(int milli) {
    return Optional.of(at(milli));
  }

  private static Instant at(int milli) {
    return BASE.plusMillis(milli);
  }
}
