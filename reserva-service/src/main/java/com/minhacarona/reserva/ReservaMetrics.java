package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.reserva.BookingResult.Booked;
import com.minhacarona.reserva.BookingResult.CaronaFechada;
import com.minhacarona.reserva.BookingResult.CaronaNaoEncontrada;
import com.minhacarona.reserva.BookingResult.MotoristaNaoReserva;
import com.minhacarona.reserva.BookingResult.RecusadaAntes;
import com.minhacarona.reserva.BookingResult.Repeated;
import com.minhacarona.reserva.BookingResult.RequestIdReutilizado;
import com.minhacarona.reserva.BookingResult.ReservaJaExiste;
import com.minhacarona.reserva.BookingResult.VagasInsuficientes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** Measures bookings. Thread-safe. */
final class ReservaMetrics {
  /** Counts bookings by how they ended. */
  private static final String OUTCOME = "bookings.outcome";

  /** Counts the transactions that were tried for bookings. */
  private static final String ATTEMPTS = "bookings.attempts";

  static final List<String> NAMES = List.of(OUTCOME, ATTEMPTS);

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

  BookingResult ended(BookingResult result) {
    meters
        .counter(
            OUTCOME,
            "outcome",
            switch (result) {
              case Booked _ -> "booked";
              case Repeated _ -> "repeated";
              case RecusadaAntes _ -> "recusada_antes";
              case RequestIdReutilizado _ -> "request_id_reutilizado";
              case ReservaJaExiste _ -> "reserva_ja_existe";
              case CaronaNaoEncontrada _ -> "carona_nao_encontrada";
              case MotoristaNaoReserva _ -> "motorista_nao_reserva";
              case CaronaFechada _ -> "carona_fechada";
              case VagasInsuficientes _ -> "vagas_insuficientes";
            })
        .increment();
    return result;
  }
}
