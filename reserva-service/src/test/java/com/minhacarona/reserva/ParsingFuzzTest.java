package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Tag;

/** Whatever a caller sends is read, or is refused as the caller's fault. */
@Tag("fuzz")
class ParsingFuzzTest {

  @FuzzTest
  void requests_ofAnyBytes_areReadOrRefused(byte[] bytes) throws Exception {
    readOrRefuse(() -> ReservaProtos.newReserva(ProcessarReservaRequest.parseFrom(bytes)));
    readOrRefuse(() -> ReservaProtos.listQuery(GetReservasRequest.parseFrom(bytes)));
    readOrRefuse(() -> ReservaProtos.statusChange(UpdateReservaStatusRequest.parseFrom(bytes)));
  }

  private static void readOrRefuse(Reading reading) throws InvalidProtocolBufferException {
    try {
      reading.read();
    } catch (InvalidProtocolBufferException _) {
      // No message of this type: the runtime refuses it before the service sees it.
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  private interface Reading {
    void read() throws InvalidProtocolBufferException;
  }
}
