package com.minhacarona.local;

import static com.minhacarona.local.LocalFixture.CONDOMINIO;
import static com.minhacarona.local.LocalFixture.booking;
import static com.minhacarona.local.LocalFixture.carona;
import static com.minhacarona.local.LocalFixture.reserva;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingV2Stub;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateRequest.CancelarAssinatura;
import com.minhacarona.v1.CaronaUpdateRequest.MudarStatus;
import com.minhacarona.v1.CaronaUpdateResponse;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.Consistencia;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceBlockingV2Stub;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.StatusReserva;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.MetadataUtils;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Asks every RPC about a ride of another condominium, in each state of the ride, and about one that
 * never was: the answers are the same to the letter.
 */
@Tag("dynamodb")
class AnotherCondominiumTest {
  private static final LocalFixture LOCAL = new LocalFixture();
  private static final String OWN = "cond-2";
  private static final List<ManagedChannel> CHANNELS = new ArrayList<>();

  private static CaronaServiceBlockingV2Stub caronas;
  private static ReservaServiceBlockingV2Stub reservas;

  /** Not bound to a condominium, as an internal service is. */
  private static ReservaServiceBlockingV2Stub unbound;

  /** What is asked about: a ride with its condominium and the request that created it. */
  private record Subject(String caronaId, String condominio, String motorista, String requestId) {
    static Subject thatNeverWas() {
      return new Subject(
          UUID.randomUUID().toString(), "cond-0", "motorista-0", UUID.randomUUID().toString());
    }
  }

  /** One question to an RPC. */
  private record Probe(MethodDescriptor<?, ?> rpc, Object question, Asking asking) {
    /** The answer, in which nothing is left that the question named. */
    String answer(Subject subject) throws Exception {
      String answer;
      try {
        answer = asking.ask(subject);
      } catch (StatusException e) {
        answer = StatusProto.fromThrowable(e) + " " + e.getMessage();
      }
      return answer.replace(subject.caronaId, "ride").replace(subject.condominio, "cond");
    }
  }

  private interface Asking {
    String ask(Subject subject) throws Exception;
  }

  @BeforeAll
  static void connect() {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-tenant-id", Metadata.ASCII_STRING_MARSHALLER), OWN);
    var bound = MetadataUtils.newAttachHeadersInterceptor(headers);
    caronas =
        CaronaServiceGrpc.newBlockingV2Stub(channel(LOCAL.system.caronaPort()))
            .withInterceptors(bound);
    unbound = ReservaServiceGrpc.newBlockingV2Stub(channel(LOCAL.system.reservaPort()));
    reservas = unbound.withInterceptors(bound);
  }

  @AfterAll
  static void disconnect() {
    CHANNELS.forEach(ManagedChannel::shutdownNow);
  }

  @Test
  void probes_askEveryRpc() {
    assertThat(probes().stream().map(probe -> probe.rpc().getFullMethodName()).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(
                    CaronaServiceGrpc.getServiceDescriptor(),
                    ReservaServiceGrpc.getServiceDescriptor())
                .flatMap(service -> service.getMethods().stream())
                .map(MethodDescriptor::getFullMethodName)
                .toList());
  }

  @ParameterizedTest
  @EnumSource(
      names = {"STATUS_CARONA_UNSPECIFIED", "UNRECOGNIZED"},
      mode = EnumSource.Mode.EXCLUDE)
  void aRideOfAnotherCondominium_isAsAbsentAsOneThatNeverWas(StatusCarona status) throws Exception {
    Subject subject = subject(status);
    Carona before = get(subject);
    assertThat(before.getStatus()).isEqualTo(status);
    Subject none = Subject.thatNeverWas();
    for (Probe probe : probes()) {
      assertThat(probe.answer(subject))
          .as("%s %s", probe.rpc().getBareMethodName(), probe.question())
          .isEqualTo(probe.answer(none));
    }
    assertThat(get(subject)).isEqualTo(before);
  }

  private static List<Probe> probes() {
    List<Probe> probes = new ArrayList<>();
    for (Consistencia how :
        List.of(Consistencia.CONSISTENCIA_EVENTUAL, Consistencia.CONSISTENCIA_FORTE)) {
      probes.add(
          new Probe(
              CaronaServiceGrpc.getGetCaronaMethod(),
              how,
              about -> text(caronas.getCarona(getCarona(about, how)))));
      probes.add(
          new Probe(
              CaronaServiceGrpc.getCheckVagasMethod(),
              how,
              about ->
                  text(
                      caronas.checkVagas(
                          CheckVagasRequest.newBuilder()
                              .setCaronaId(about.caronaId)
                              .setConsistencia(how)
                              .build()))));
    }
    probes.add(
        new Probe(
            CaronaServiceGrpc.getListCaronasDisponiveisMethod(),
            "",
            about ->
                all(
                    caronas.listCaronasDisponiveis(
                        ListCaronasRequest.newBuilder()
                            .setCondominioId(about.condominio)
                            .build()))));
    for (boolean own : List.of(false, true)) {
      probes.add(
          new Probe(
              CaronaServiceGrpc.getCreateCaronaMethod(),
              own ? "in the own condominium" : "there",
              about ->
                  caronas
                      .createCarona(offer(about, own ? OWN : about.condominio))
                      .getCarona()
                      .getCondominioId()));
    }
    for (StatusCarona to : StatusCarona.values()) {
      if (to != StatusCarona.UNRECOGNIZED) {
        probes.add(
            new Probe(
                CaronaServiceGrpc.getUpdateCaronaStatusMethod(),
                to,
                about -> text(caronas.updateCaronaStatus(carona(about.caronaId, to)))));
      }
    }
    probes.addAll(ofStreams());
    probes.addAll(ofReservas());
    return probes;
  }

  private static List<Probe> ofStreams() {
    return Stream.<Asking>of(
            about -> stream(assinar(Assinar.newBuilder().addCaronaIds(about.caronaId))),
            about -> stream(assinar(Assinar.newBuilder().setCondominioId(about.condominio))),
            about ->
                stream(
                    assinar(
                        Assinar.newBuilder()
                            .setCondominioId(about.condominio)
                            .putVersoesConhecidas(about.caronaId, 0))),
            about ->
                stream(
                    CaronaUpdateRequest.newBuilder()
                        .setCancelarAssinatura(
                            CancelarAssinatura.newBuilder().addCaronaIds(about.caronaId))
                        .build()),
            about ->
                stream(
                    CaronaUpdateRequest.newBuilder()
                        .setMudarStatus(
                            MudarStatus.newBuilder()
                                .setCaronaId(about.caronaId)
                                .setStatus(StatusCarona.STATUS_CARONA_CANCELADA))
                        .build()))
        .map(asking -> new Probe(CaronaServiceGrpc.getStreamCaronasUpdatesMethod(), asking, asking))
        .toList();
  }

  private static List<Probe> ofReservas() {
    List<Probe> probes = new ArrayList<>();
    probes.add(
        new Probe(
            ReservaServiceGrpc.getGetReservasMethod(),
            "",
            about ->
                all(
                    reservas.getReservas(
                        GetReservasRequest.newBuilder().setCaronaId(about.caronaId).build()))));
    for (String usuario : List.of("ana", "bia", "motorista-1")) {
      for (StatusReserva to : StatusReserva.values()) {
        if (to != StatusReserva.UNRECOGNIZED) {
          probes.add(
              new Probe(
                  ReservaServiceGrpc.getUpdateReservaStatusMethod(),
                  usuario + " " + to,
                  about ->
                      text(reservas.updateReservaStatus(reserva(about.caronaId, usuario, to)))));
        }
      }
      for (int vagas : new int[] {1, 8}) {
        for (ReservaServiceBlockingV2Stub stub : List.of(reservas, unbound)) {
          probes.add(
              new Probe(
                  ReservaServiceGrpc.getProcessarReservaMethod(),
                  usuario + " " + vagas,
                  about ->
                      text(
                          stub.processarReserva(
                              booking(about.caronaId, usuario, vagas)
                                  .setRequestId(about.requestId)
                                  .setCondominioId(OWN)
                                  .build()))));
        }
        probes.add(
            new Probe(
                ReservaServiceGrpc.getProcessarReservaMethod(),
                usuario + " as if from there " + vagas,
                about ->
                    text(
                        reservas.processarReserva(
                            booking(about.caronaId, usuario, vagas)
                                .setRequestId(about.requestId)
                                .setCondominioId(about.condominio)
                                .build()))));
      }
    }
    return probes;
  }

  /** A ride in this state, on which ana has a seat, booked by the request_id of the ride's own. */
  private static Subject subject(StatusCarona status) {
    Subject subject = new Subject("", CONDOMINIO, "motorista-1", UUID.randomUUID().toString());
    String id = LOCAL.client.createCarona(offer(subject, CONDOMINIO)).getId();
    int vagas = status == StatusCarona.STATUS_CARONA_LOTADA ? 2 : 1;
    var _ =
        LOCAL.client.processarReserva(
            booking(id, "ana", vagas).setRequestId(subject.requestId).build());
    if (status == StatusCarona.STATUS_CARONA_CONCLUIDA) {
      LOCAL.client.updateCaronaStatus(carona(id, StatusCarona.STATUS_CARONA_EM_ANDAMENTO));
    }
    if (status.getNumber() > StatusCarona.STATUS_CARONA_LOTADA_VALUE) {
      LOCAL.client.updateCaronaStatus(carona(id, status));
    }
    return new Subject(id, CONDOMINIO, subject.motorista, subject.requestId);
  }

  private static CreateCaronaRequest offer(Subject about, String condominio) {
    Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
    return CreateCaronaRequest.newBuilder()
        .setRequestId(about.requestId)
        .setCondominioId(condominio)
        .setMotoristaId(about.motorista)
        .setOrigem("Portaria")
        .setDestino("USP")
        .setPartida(Timestamp.newBuilder().setSeconds(tomorrow.getEpochSecond()))
        .setVagasTotal(2)
        .build();
  }

  private static CaronaUpdateRequest assinar(Assinar.Builder caronas) {
    return CaronaUpdateRequest.newBuilder().setAssinar(caronas).build();
  }

  /** What one command on a stream is answered with. */
  private static String stream(CaronaUpdateRequest command) throws Exception {
    BlockingClientCall<CaronaUpdateRequest, CaronaUpdateResponse> call =
        caronas.streamCaronasUpdates();
    try {
      StringBuilder answers = new StringBuilder();
      call.write(command);
      CaronaUpdateResponse answer;
      do {
        answer = call.read(10, TimeUnit.SECONDS);
        answers.append(text(answer));
      } while (command.hasAssinar()
          && answer.getResultado().getCodigo() == 0
          && !answer.hasSincronizado());
      return answers.toString();
    } finally {
      call.cancel("answered", null);
    }
  }

  private static String all(BlockingClientCall<?, ? extends Message> call) throws Exception {
    StringBuilder answers = new StringBuilder("all: ");
    Message answer;
    while ((answer = call.read(10, TimeUnit.SECONDS)) != null) {
      answers.append(text(answer));
    }
    return answers.toString();
  }

  private static String text(Message answer) {
    return answer.getDescriptorForType().getName() + " " + answer;
  }

  private static GetCaronaRequest getCarona(Subject about, Consistencia how) {
    return GetCaronaRequest.newBuilder().setCaronaId(about.caronaId).setConsistencia(how).build();
  }

  private static Carona get(Subject subject) {
    return LOCAL.client.getCarona(getCarona(subject, Consistencia.CONSISTENCIA_FORTE));
  }

  private static ManagedChannel channel(int port) {
    ManagedChannel channel =
        Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create()).build();
    CHANNELS.add(channel);
    return channel;
  }
}
