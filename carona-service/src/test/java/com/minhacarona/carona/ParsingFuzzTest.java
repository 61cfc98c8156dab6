package com.minhacarona.carona;

import static com.minhacarona.runtime.testing.Reading.readOrRefuse;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.testing.Callers;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;

/**
 * Whatever a caller sends is read, or is refused as the caller's fault. In a normal run each test
 * reads its corpus, which lies in the resources; {@code .ci/fuzz} looks for inputs that fail.
 */
@Tag("fuzz")
class ParsingFuzzTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Caller CALLER = Callers.user("ana", "cond-1");

  @FuzzTest
  void requests_ofAnyBytes_areReadOrRefused(byte[] bytes) throws Exception {
    readOrRefuse(() -> CaronaProtos.offer(CreateCaronaRequest.parseFrom(bytes), NOW));
    readOrRefuse(() -> CaronaProtos.getQuery(GetCaronaRequest.parseFrom(bytes)));
    readOrRefuse(() -> CaronaProtos.question(CheckVagasRequest.parseFrom(bytes)));
    readOrRefuse(() -> CaronaProtos.listQuery(CALLER, ListCaronasRequest.parseFrom(bytes)));
    readOrRefuse(
        () -> CaronaProtos.statusChange(CALLER, UpdateCaronaStatusRequest.parseFrom(bytes)));
    readOrRefuse(() -> UpdateProtos.comandoId(CaronaUpdateRequest.parseFrom(bytes)));
    readOrRefuse(
        () -> UpdateProtos.subscription(CALLER, CaronaUpdateRequest.parseFrom(bytes).getAssinar()));
    readOrRefuse(() ->
        UpdateProtos.subscription(CaronaUpdateRequest.parseFrom(bytes).getCancelarAssinatura()));
    readOrRefuse(() ->
        UpdateProtos.statusChange(CALLER, CaronaUpdateRequest.parseFrom(bytes).getMudarStatus()));
  }

  @FuzzTest
  void cursor_ofAnyText_isNoneOrTheSameAgain(byte[] text) {
    Filter filter = new Filter(Optional.of("aurora"), Optional.empty(), Optional.empty(), 1);
    Cursor.parse(filter, new String(text, UTF_8))
        .ifPresent(position ->
            assertThat(Cursor.parse(filter, Cursor.of(filter, position))).contains(position));
  }
}
