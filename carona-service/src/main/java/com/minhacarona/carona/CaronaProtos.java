package com.minhacarona.carona;

import static com.minhacarona.runtime.call.ProtoTimes.duration;
import static com.minhacarona.runtime.call.ProtoTimes.timestamp;

import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.RequestFields;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.CheckVagasResponse;
import com.minhacarona.v1.Consistencia;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import com.minhacarona.v1.Veiculo;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** Requests to what the domain works with, checked, and back. */
final class CaronaProtos {
  static final int CARONA_ID_LENGTH = 36;
  static final int PERSON_OR_PLACE_ID_LENGTH = 64;
  private static final int PLACE_LENGTH = 120;
  private static final int NOTES_LENGTH = 280;
  private static final int REASON_LENGTH = 140;
  private static final CaronaItem.Veiculo NO_VEICULO = new CaronaItem.Veiculo("", "", "");
  private static final int CAR_LENGTH = 40;
  private static final int MAX_VAGAS_OFFERED = 50;
  private static final int MAX_VAGAS_WANTED = 8;

  /** ABC1D23 since 2018 (CONTRAN resolution 729), ABC1234 before. */
  private static final Pattern PLATE = Pattern.compile("[A-Z]{3}[0-9][A-Z0-9][0-9]{2}");

  /**
   * An offer of a ride.
   *
   * @param untimely the refusal of a new ride, because its departure is not ahead or too far ahead
   *     now; empty when it is in time
   */
  record Offer(NewCarona newCarona, Optional<StatusRuntimeException> untimely) {}

  static Offer offer(CreateCaronaRequest request, Instant now) {
    RequestFields fields = new RequestFields();
    NewCarona newCarona =
        new NewCarona(
            fields.requestId("request_id", request.getRequestId()),
            fields.id("condominio_id", request.getCondominioId(), PERSON_OR_PLACE_ID_LENGTH),
            fields.id("motorista_id", request.getMotoristaId(), PERSON_OR_PLACE_ID_LENGTH),
            fields.requiredText("origem", request.getOrigem(), PLACE_LENGTH),
            fields.requiredText("destino", request.getDestino(), PLACE_LENGTH),
            fields.instant(
                "partida",
                request.hasPartida(),
                request.getPartida(),
                now,
                now.plus(CaronaItem.MAX_AHEAD)),
            fields.range("vagas_total", request.getVagasTotal(), 1, MAX_VAGAS_OFFERED),
            veiculo(fields, request.getVeiculo()),
            fields.optionalText("observacoes", request.getObservacoes(), NOTES_LENGTH));
    return new Offer(newCarona, fields.checkAllButTime());
  }

  /** One of which nothing is said is none, because a stream shows its empty map as no map. */
  private static Optional<CaronaItem.Veiculo> veiculo(RequestFields fields, Veiculo veiculo) {
    CaronaItem.Veiculo told =
        new CaronaItem.Veiculo(
            fields.optionalText("veiculo.modelo", veiculo.getModelo(), CAR_LENGTH),
            fields.optionalText("veiculo.cor", veiculo.getCor(), CAR_LENGTH),
            fields.optionalMatch(
                "veiculo.placa",
                veiculo.getPlaca(),
                PLATE,
                "must be a Brazilian plate, ABC1D23 or ABC1234, without a hyphen"));
    return told.equals(NO_VEICULO) ? Optional.empty() : Optional.of(told);
  }

  /** A request for one ride. */
  record GetQuery(String caronaId, Freshness freshness) {}

  static GetQuery getQuery(GetCaronaRequest request) {
    RequestFields fields = new RequestFields();
    GetQuery getQuery =
        new GetQuery(
            fields.id("carona_id", request.getCaronaId(), CARONA_ID_LENGTH),
            freshness(fields, request.getConsistencia()));
    fields.check();
    return getQuery;
  }

  static Vagas.Question question(CheckVagasRequest request) {
    RequestFields fields = new RequestFields();
    int vagas = request.getVagas() == 0 ? 1 : request.getVagas();
    Vagas.Question question =
        new Vagas.Question(
            fields.id("carona_id", request.getCaronaId(), CARONA_ID_LENGTH),
            fields.range("vagas", vagas, 1, MAX_VAGAS_WANTED),
            freshness(fields, request.getConsistencia()));
    fields.check();
    return question;
  }

  /**
   * A request for a list.
   *
   * @param limit at most this many rides; {@code Integer.MAX_VALUE} for all
   */
  record ListQuery(Filter filter, Optional<Position> after, int limit) {}

  static ListQuery listQuery(Caller caller, ListCaronasRequest request) {
    RequestFields fields = new RequestFields();
    Optional<String> condominioId =
        fields.optionalId("condominio_id", request.getCondominioId(), PERSON_OR_PLACE_ID_LENGTH);
    if (condominioId.isEmpty() && caller.tenant().isPresent()) {
      fields.violation("condominio_id", "is required of a caller of one condominium");
    }
    Optional<Instant> de = fields.optionalInstant("de", request.hasDe(), request.getDe());
    Optional<Instant> ate = fields.optionalInstant("ate", request.hasAte(), request.getAte());
    if (de.isPresent() && ate.isPresent() && !de.get().isBefore(ate.get())) {
      fields.violation("ate", "must be after de");
    }
    int vagasMinimas = request.getVagasMinimas() == 0 ? 1 : request.getVagasMinimas();
    Filter filter =
        new Filter(
            condominioId,
            de,
            ate,
            fields.range("vagas_minimas", vagasMinimas, 1, MAX_VAGAS_OFFERED));
    int limit =
        fields.range("limite", request.getLimite(), 0, Integer.MAX_VALUE) == 0
            ? Integer.MAX_VALUE
            : request.getLimite();
    fields.check();
    return new ListQuery(filter, after(filter, request.getApos()), limit);
  }

  private static Optional<Position> after(Filter filter, String apos) {
    if (apos.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(Cursor.parse(filter, apos).orElseThrow(Refusals::cursorInvalido));
  }

  static StatusChange statusChange(Caller caller, UpdateCaronaStatusRequest request) {
    return statusChange(caller, request.getCaronaId(), request.getStatus(), request.getMotivo());
  }

  static StatusChange statusChange(
      Caller caller, String caronaId, StatusCarona status, String motivo) {
    RequestFields fields = new RequestFields();
    StatusChange change =
        new StatusChange(
            caller,
            fields.id("carona_id", caronaId, CARONA_ID_LENGTH),
            status(fields, status),
            fields.optionalText("motivo", motivo, REASON_LENGTH));
    fields.check();
    return change;
  }

  private static CaronaItem.Status status(RequestFields fields, StatusCarona status) {
    return switch (status) {
      case STATUS_CARONA_ABERTA -> CaronaItem.Status.ABERTA;
      case STATUS_CARONA_LOTADA -> CaronaItem.Status.LOTADA;
      case STATUS_CARONA_EM_ANDAMENTO -> CaronaItem.Status.EM_ANDAMENTO;
      case STATUS_CARONA_CONCLUIDA -> CaronaItem.Status.CONCLUIDA;
      case STATUS_CARONA_CANCELADA -> CaronaItem.Status.CANCELADA;
      case STATUS_CARONA_UNSPECIFIED, UNRECOGNIZED -> {
        fields.violation("status", "is required, a value of StatusCarona");
        yield CaronaItem.Status.ABERTA;
      }
    };
  }

  private static Freshness freshness(RequestFields fields, Consistencia consistencia) {
    return switch (consistencia) {
      case CONSISTENCIA_UNSPECIFIED, CONSISTENCIA_EVENTUAL -> Freshness.EVENTUAL;
      case CONSISTENCIA_FORTE -> Freshness.STRONG;
      case UNRECOGNIZED -> {
        fields.violation("consistencia", "is not a value of Consistencia");
        yield Freshness.EVENTUAL;
      }
    };
  }

  static CaronaResponse response(CaronaItem carona) {
    return CaronaResponse.newBuilder().setCarona(carona(carona)).build();
  }

  static CaronaResponse response(OpenCaronas.Listed listed, Filter filter) {
    return CaronaResponse.newBuilder()
        .setCarona(carona(listed.carona()))
        .setCursor(Cursor.of(filter, listed.position()))
        .build();
  }

  static CheckVagasResponse response(Vagas.Answer answer) {
    return CheckVagasResponse.newBuilder()
        .setDisponivel(answer.available())
        .setVagasDisponiveis(answer.carona().vagasDisponiveis())
        .setStatus(status(answer.carona().status()))
        .setVersao(answer.carona().versao())
        .setIdade(duration(answer.age()))
        .build();
  }

  static Carona carona(CaronaItem item) {
    Carona.Builder carona =
        Carona.newBuilder()
            .setId(item.id())
            .setCondominioId(item.condominioId())
            .setMotoristaId(item.motoristaId())
            .setOrigem(item.origem())
            .setDestino(item.destino())
            .setPartida(timestamp(item.partida()))
            .setVagasTotal(item.vagasTotal())
            .setVagasDisponiveis(item.vagasDisponiveis())
            .setStatus(status(item.status()))
            .setVersao(item.versao())
            .setObservacoes(item.observacoes())
            .setMotivo(item.motivo())
            .setCriadaEm(timestamp(item.criadaEm()))
            .setAtualizadaEm(timestamp(item.atualizadaEm()));
    item.veiculo()
        .ifPresent(v ->
            carona.setVeiculo(
                Veiculo.newBuilder().setModelo(v.modelo()).setCor(v.cor()).setPlaca(v.placa())));
    return carona.build();
  }

  private static StatusCarona status(CaronaItem.Status status) {
    return switch (status) {
      case ABERTA -> StatusCarona.STATUS_CARONA_ABERTA;
      case LOTADA -> StatusCarona.STATUS_CARONA_LOTADA;
      case EM_ANDAMENTO -> StatusCarona.STATUS_CARONA_EM_ANDAMENTO;
      case CONCLUIDA -> StatusCarona.STATUS_CARONA_CONCLUIDA;
      case CANCELADA -> StatusCarona.STATUS_CARONA_CANCELADA;
    };
  }

  private CaronaProtos() {}
}
