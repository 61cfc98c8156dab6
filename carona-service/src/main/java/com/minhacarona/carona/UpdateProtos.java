package com.minhacarona.carona;

import static com.minhacarona.runtime.call.ProtoTimes.timestamp;

import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.RequestFields;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateRequest.CancelarAssinatura;
import com.minhacarona.v1.CaronaUpdateRequest.MudarStatus;
import com.minhacarona.v1.CaronaUpdateResponse;
import com.minhacarona.v1.CaronaUpdateResponse.Atualizacao;
import com.minhacarona.v1.CaronaUpdateResponse.Batimento;
import com.minhacarona.v1.CaronaUpdateResponse.Encerrando;
import com.minhacarona.v1.CaronaUpdateResponse.Resultado;
import com.minhacarona.v1.CaronaUpdateResponse.Sincronizado;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Commands of update streams to what the domain works with, checked, and events back. */
final class UpdateProtos {
  private static final int MAX_CARONAS_NAMED = 100;
  private static final int COMANDO_ID_LENGTH = 64;

  /** The id by which a client knows the answer to its command; may be empty. */
  static String comandoId(CaronaUpdateRequest request) {
    RequestFields fields = new RequestFields();
    String comandoId = fields.optionalText("comando_id", request.getComandoId(), COMANDO_ID_LENGTH);
    fields.check();
    return comandoId;
  }

  /** Leaves out condominiums that the caller does not see: for it there are no rides there. */
  static Subscription subscription(Caller caller, Assinar request) {
    RequestFields fields = new RequestFields();
    Subscription asked =
        subscription(fields, request.getCaronaIdsList(), request.getCondominioId());
    for (String known : request.getVersoesConhecidasMap().keySet()) {
      var _ = fields.id("versoes_conhecidas", known, CaronaProtos.CARONA_ID_LENGTH);
    }
    fields.check();
    return new Subscription(
        asked.caronaIds(),
        asked.condominioIds().stream().filter(caller::sees).collect(Collectors.toSet()));
  }

  static Subscription subscription(CancelarAssinatura request) {
    RequestFields fields = new RequestFields();
    Subscription subscription =
        subscription(fields, request.getCaronaIdsList(), request.getCondominioId());
    fields.check();
    return subscription;
  }

  private static Subscription subscription(
      RequestFields fields, List<String> caronaIds, String condominioId) {
    if (caronaIds.isEmpty() && condominioId.isEmpty()) {
      fields.violation("carona_ids", "or condominio_id is required");
    }
    if (caronaIds.size() > MAX_CARONAS_NAMED) {
      fields.violation("carona_ids", "may be at most " + MAX_CARONAS_NAMED);
    }
    for (int i = 0; i < Math.min(caronaIds.size(), MAX_CARONAS_NAMED); i++) {
      var _ =
          fields.id("carona_ids[%s]".formatted(i), caronaIds.get(i), CaronaProtos.CARONA_ID_LENGTH);
    }
    Optional<String> condominio =
        fields.optionalId("condominio_id", condominioId, CaronaProtos.PERSON_OR_PLACE_ID_LENGTH);
    return new Subscription(Set.copyOf(caronaIds), condominio.map(Set::of).orElseGet(Set::of));
  }

  static StatusChange statusChange(Caller caller, MudarStatus request) {
    return CaronaProtos.statusChange(
        caller, request.getCaronaId(), request.getStatus(), request.getMotivo());
  }

  /** A state of a ride; {@code initial} if it was there when its stream began to follow it. */
  static CaronaUpdateResponse state(CaronaItem carona, boolean initial) {
    return CaronaUpdateResponse.newBuilder()
        .setAtualizacao(
            Atualizacao.newBuilder().setCarona(CaronaProtos.carona(carona)).setInicial(initial))
        .build();
  }

  /** A command was carried out. */
  static CaronaUpdateResponse accepted(String comandoId) {
    return CaronaUpdateResponse.newBuilder()
        .setResultado(Resultado.newBuilder().setComandoId(comandoId))
        .build();
  }

  /** A command was refused. */
  static CaronaUpdateResponse refused(String comandoId, StatusRuntimeException refusal) {
    Metadata trailers = Optional.ofNullable(refusal.getTrailers()).orElseGet(Metadata::new);
    return CaronaUpdateResponse.newBuilder()
        .setResultado(
            Resultado.newBuilder()
                .setComandoId(comandoId)
                .setCodigo(refusal.getStatus().getCode().value())
                .setMotivo(Errors.reason(refusal.getStatus(), trailers).orElse(""))
                .setMensagem(Optional.ofNullable(refusal.getStatus().getDescription()).orElse("")))
        .build();
  }

  /** All states that were there when a command to follow was carried out have been sent. */
  static CaronaUpdateResponse synced(String comandoId) {
    return CaronaUpdateResponse.newBuilder()
        .setSincronizado(Sincronizado.newBuilder().setComandoId(comandoId))
        .build();
  }

  static CaronaUpdateResponse heartbeat(Instant now) {
    return CaronaUpdateResponse.newBuilder()
        .setBatimento(Batimento.newBuilder().setEm(timestamp(now)))
        .build();
  }

  /** The stream ends, and its client has to open another one. */
  static CaronaUpdateResponse leaving() {
    return CaronaUpdateResponse.newBuilder().setEncerrando(Encerrando.getDefaultInstance()).build();
  }

  private UpdateProtos() {}
}
