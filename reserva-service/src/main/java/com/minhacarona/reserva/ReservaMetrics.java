package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.reserva.ReservaResult.CaronaFechada;
import com.minhacarona.reserva.ReservaResult.CaronaNaoEncontrada;
import com.minhacarona.reserva.ReservaResult.Confirmada;
import com.minhacarona.reserva.ReservaResult.JaExiste;
import com.minhacarona.reserva.ReservaResult.MotoristaNaoReserva;
import com.minhacarona.reserva.ReservaResult.Repetida;
import com.minhacarona.reserva.ReservaResult.VagasInsuficientes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** What is measured about bookings. Thread-safe. */
final class ReservaMetrics {
  /** How bookings ended. */
  private static final String RESULTS = "reserva.resultado";

  /** Transactions that were tried for bookings. */
  private static final String ATTEMPTS = "reserva.tentativas";

  static final List<String> NAMES = List.of(RESULTS, ATTEMPTS);

  private final MeterRegistry meters;
  private final Counter attempts;

  @Inject
  ReservaMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.attempts = meters.counter(ATTEMPTS);
  }

  void attempted() {
    attempts.increment();
  }

  ReservaResult ended(ReservaResult result) {
    meters
        .counter(
            RESULTS,
            "resultado",
            switch (result) {
              case Confirmada _ -> "confirmada";
              case Repetida _ -> "repetida";
              case JaExiste _ -> "ja_existe";
              case CaronaNaoEncontrada _ -> "carona_nao_encontrada";
              case MotoristaNaoReserva _ -> "motorista_nao_reserva";
              case CaronaFechada _ -> "carona_fechada";
              case VagasInsuficientes _ -> "vagas_insuficientes";
            })
        .increment();
    return result;
  }
}
