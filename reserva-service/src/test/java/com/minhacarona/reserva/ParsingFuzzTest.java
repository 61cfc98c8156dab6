package com.minhacarona.reserva;

import static com.minhacarona.runtime.testing.Reading.readOrRefuse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.testing.Callers;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import org.junit.jupiter.api.Tag;

/** Whatever a caller sends is read, or is refused as the caller's fault. */
@Tag("fuzz")
class ParsingFuzzTest {
  private static final Caller CALLER = Callers.user("ana", "cond-1");

  @FuzzTest
  void requests_ofAnyBytes_areReadOrRefused(byte[] bytes) throws Exception {
    readOrRefuse(() -> ReservaProtos.newReserva(ProcessarReservaRequest.parseFrom(bytes)));
    readOrRefuse(() -> ReservaProtos.listQuery(GetReservasRequest.parseFrom(bytes)));
    readOrRefuse(
        () -> ReservaProtos.statusChange(CALLER, UpdateReservaStatusRequest.parseFrom(bytes)));
  }
}
