package com.minhacarona.reserva.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.reserva.events.EventType;
import com.minhacarona.runtime.queue.Verdict;
import com.minhacarona.runtime.queue.Verdict.Done;
import com.minhacarona.runtime.queue.Verdict.Later;
import com.minhacarona.table.Keys;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.table.UsuarioItem.Canal;
import com.minhacarona.table.UsuarioItem.Silencio;
import com.minhacarona.v1.Carona;
import java.time.Duration;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Nobody is told more than they want, and nobody who is not to be told. */
@Tag("dynamodb")
class WishesTest {
  @RegisterExtension static final NotifierFixture FIXTURE = new NotifierFixture();

  private static final Set<Canal> ALL = EnumSet.allOf(Canal.class);

  /** Until nine in the morning, which is before the ride departs at ten. */
  private static final Silencio UNTIL_NINE = new Silencio(LocalTime.of(22, 0), LocalTime.of(9, 0));

  private static final Silencio UNTIL_ELEVEN =
      new Silencio(LocalTime.of(22, 0), LocalTime.of(11, 0));

  private UsuarioItem davi;
  private Carona carona;

  @BeforeEach
  void store() {
    davi = FIXTURE.resident("Davi");
    carona = FIXTURE.carona(davi.id());
  }

  @ParameterizedTest
  @EnumSource
  void consentForOneChannel_isForNoOther(Canal canal) {
    FIXTURE.withWishes(davi, EnumSet.of(canal), Set.of(), Optional.empty());
    assertThat(lotada()).isEqualTo(new Done("told"));
    assertSent(EnumSet.of(canal));
    assertThat(FIXTURE.count("no_consent")).isEqualTo(2);
  }

  @Test
  void withoutConsent_nothingIsSent() {
    FIXTURE.withWishes(davi, Set.of(), Set.of(), Optional.empty());
    assertThat(lotada()).isEqualTo(new Done("unwanted"));
    assertSent(Set.of());
    assertThat(FIXTURE.count("no_consent")).isEqualTo(3);
  }

  @Test
  void withoutAnAddress_nothingIsSent() {
    FIXTURE.store(
        new UsuarioItem(
            davi.id(),
            "cond-1",
            "",
            "",
            "",
            "",
            ALL,
            Set.of(),
            Optional.empty(),
            Optional.empty()));
    assertThat(lotada()).isEqualTo(new Done("unwanted"));
    assertThat(FIXTURE.count("no_contact")).isEqualTo(3);
  }

  @Test
  void whoOptedOutOfAnEvent_isToldOfOthersOnly() {
    FIXTURE.withWishes(davi, ALL, Set.of("carona.lotada"), Optional.empty());
    assertThat(lotada()).isEqualTo(new Done("unwanted"));
    assertSent(Set.of());
    assertThat(FIXTURE.count("opted_out")).isEqualTo(3);
    FIXTURE.handle(FIXTURE.event(EventType.CARONA_CANCELADA, carona, ""));
    assertSent(ALL);
  }

  @Test
  void whoIsNoResident_orOfAnotherCondominium_isToldNothing() {
    Carona ofNobody = FIXTURE.carona(UUID.randomUUID().toString());
    assertThat(FIXTURE.handle(FIXTURE.event(EventType.CARONA_LOTADA, ofNobody, "")))
        .isEqualTo(new Done("unwanted"));
    FIXTURE.store(
        new UsuarioItem(
            davi.id(),
            "cond-2",
            davi.nome(),
            davi.email(),
            davi.telefone(),
            davi.pushEndpoint(),
            ALL,
            Set.of(),
            Optional.empty(),
            Optional.empty()));
    assertThat(lotada()).isEqualTo(new Done("unwanted"));
    assertSent(Set.of());
    assertThat(FIXTURE.count("no_resident")).isEqualTo(6);
  }

  @Test
  void aResident_whoseWishesCannotBeRead_isToldNothing() {
    Map<String, AttributeValue> item = new HashMap<>(davi.toItem());
    item.put("silencio", AttributeValue.fromS("à noite"));
    FIXTURE.local.putAll(List.of(item));
    assertThat(lotada()).isEqualTo(new Done("unwanted"));
    assertSent(Set.of());
  }

  @Test
  void inQuietHours_onlyTheEmailGoes_andTheRestWhenTheyEnd() {
    FIXTURE.withWishes(davi, ALL, Set.of(), Optional.of(UNTIL_NINE));
    DomainEvent event = FIXTURE.event(EventType.CARONA_LOTADA, carona, "");
    assertThat(FIXTURE.handle(event)).isEqualTo(new Later(Duration.ofHours(2), "quiet"));
    assertSent(EnumSet.of(Canal.EMAIL));
    FIXTURE.clock.advance(Duration.ofHours(2).minusMillis(1));
    assertThat(FIXTURE.handle(event)).isEqualTo(new Later(Duration.ofSeconds(1), "quiet"));
    assertSent(EnumSet.of(Canal.EMAIL));
    FIXTURE.clock.advance(Duration.ofMillis(1));
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
    assertSent(ALL);
  }

  @Test
  void inQuietHours_thatEndAfterTheDeparture_everythingGoes() {
    FIXTURE.withWishes(davi, ALL, Set.of(), Optional.of(UNTIL_ELEVEN));
    assertThat(lotada()).isEqualTo(new Done("told"));
    assertSent(ALL);
  }

  @Test
  void quietHours_areByTheResidentsOwnClock() {
    // It is 7 in São Paulo, and 6 in Manaus.
    FIXTURE.store(
        new UsuarioItem(
            davi.id(),
            "cond-1",
            davi.nome(),
            davi.email(),
            davi.telefone(),
            davi.pushEndpoint(),
            ALL,
            Set.of(),
            Optional.of(new Silencio(LocalTime.of(6, 0), LocalTime.of(6, 30))),
            Optional.of(java.time.ZoneId.of("America/Manaus"))));
    assertThat(lotada()).isEqualTo(new Later(Duration.ofMinutes(30), "quiet"));
    assertThat(FIXTURE.providers.mails().getFirst().subject()).endsWith("09:00");
  }

  @Test
  void longQuietHours_areWaitedForInParts() {
    FIXTURE.withWishes(
        davi, ALL, Set.of(), Optional.of(new Silencio(LocalTime.of(7, 0), LocalTime.of(6, 0))));
    Carona tomorrow = Events.carona("c", davi.id(), FIXTURE.now().plus(Duration.ofDays(2))).build();
    assertThat(FIXTURE.handle(FIXTURE.event(EventType.CARONA_LOTADA, tomorrow, "")))
        .isEqualTo(new Later(Duration.ofHours(12), "quiet"));
  }

  @Test
  void noNote_isKeptOfWhatWasNotWanted() {
    FIXTURE.withWishes(davi, Set.of(), Set.of(), Optional.empty());
    DomainEvent event = FIXTURE.event(EventType.CARONA_LOTADA, carona, "");
    FIXTURE.handle(event);
    for (Canal canal : Canal.values()) {
      assertThat(
              FIXTURE
                  .local
                  .client()
                  .getItem(r ->
                      r.tableName(FIXTURE.local.tableName())
                          .key(Keys.aviso(event.id(), davi.id(), canal)))
                  .hasItem())
          .isFalse();
    }
  }

  private Verdict lotada() {
    return FIXTURE.handle(FIXTURE.event(EventType.CARONA_LOTADA, carona, ""));
  }

  private static void assertSent(Set<Canal> canais) {
    assertThat(FIXTURE.providers.mails()).hasSize(canais.contains(Canal.EMAIL) ? 1 : 0);
    assertThat(FIXTURE.providers.sms()).hasSize(canais.contains(Canal.SMS) ? 1 : 0);
    assertThat(FIXTURE.providers.pushes()).hasSize(canais.contains(Canal.PUSH) ? 1 : 0);
  }
}
