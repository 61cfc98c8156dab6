package com.minhacarona.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Empty;
import com.minhacarona.carona.Watcher;
import com.minhacarona.client.MinhaCaronaClient;
import com.minhacarona.client.RefusedException;
import com.minhacarona.load.Nginx.ClientCertificates;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process of carona-service that lets in only known callers, behind nginx, which stands for the
 * Application Load Balancer: TLS on both sides, and its clients' certificates in its headers.
 */
@Tag("dynamodb")
@Tag("process")
class LoadBalancerTest {
  @RegisterExtension static final LocalDynamoDb TABLE = new LocalDynamoDb();
  @TempDir static Path folder;

  private static final String CONDOMINIO = "cond-1";
  private static final String LEAF = "x-amzn-mtls-clientcert-leaf";
  private static final String CHAIN = "x-amzn-mtls-clientcert";

  /** The load balancer's certificate has another CA than the task's, which nobody looks at. */
  private static final Pki PUBLIC = new Pki();

  private static final MethodDescriptor<Empty, Empty> ALB_HEALTH =
      MethodDescriptor.<Empty, Empty>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("AWS.ALB/healthcheck")
          .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
          .build();

  /** What was opened, last first. */
  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();

  private static LockedDoor door;
  private static Map<String, String> settings;
  private static TaskProcess task;
  private static Nginx verifying;
  private static Nginx passingOn;
  private static CaronaItem carona;

  @BeforeAll
  static void start() throws Exception {
    assumeThat(Nginx.isInstalled()).as("nginx is installed; .ci/run does it").isTrue();
    door = opened(new LockedDoor());
    settings = TaskProcess.forATest(door.settings());
    task = opened(TaskProcess.carona(TABLE.endpoint(), TABLE.tableName(), settings));
    verifying = opened(nginx(ClientCertificates.VERIFIED, task.port()));
    TaskProcess other =
        opened(
            TaskProcess.carona(
                TABLE.endpoint(),
                TABLE.tableName(),
                TaskProcess.forATest(door.settings("passthrough"))));
    passingOn = opened(nginx(ClientCertificates.PASSED_ON, other.port()));
    carona = Examples.carona(UUID.randomUUID().toString(), Instant.now().plus(Duration.ofDays(1)));
    TABLE.put(carona);
  }

  @AfterAll
  static void stop() throws Exception {
    while (!OPEN.isEmpty()) {
      OPEN.pop().close();
    }
  }

  @Test
  void aToken_getsItsServiceIn() {
    Channel channel = bearing(door.serviceToken(), toBalancer(PUBLIC.trusting()));
    assertThat(get(channel).getId()).isEqualTo(carona.id());
    Refused.by(() -> listAll(channel)).as(Code.PERMISSION_DENIED, "SEM_PERMISSAO");
  }

  @Test
  void residents_areServed_byTheTokenThatAServicePassesOn() {
    try (MinhaCaronaClient client =
        MinhaCaronaClient.forTarget("dns:///127.0.0.1:" + verifying.port())
            .trust(PUBLIC.pem())
            .token(door.serviceTokens())
            .build()) {
      GetCaronaRequest request = GetCaronaRequest.newBuilder().setCaronaId(carona.id()).build();
      MinhaCaronaClient neighbour = client.onBehalfOf(door.residentToken("rita", CONDOMINIO));
      assertThat(neighbour.getCarona(request).getId()).isEqualTo(carona.id());
      MinhaCaronaClient other = client.onBehalfOf(door.residentToken("bento", "cond-2"));
      assertThatThrownBy(() -> other.getCarona(request))
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> assertThat(e.reason()).isEqualTo("CARONA_NAO_ENCONTRADA"));
    }
  }

  @Test
  void callersWithoutAProof_areRefused() {
    ManagedChannel channel = toBalancer(PUBLIC.trusting());
    refusesAsUnknown(channel);
    refusesAsUnknown(bearing("nonsense", channel));
  }

  @Test
  void theProbes_ofLoadBalancerAndContainer_needNoProof() {
    ManagedChannel channel = channel(task.port(), door.ofServices().trusting());
    Empty nothing = Empty.getDefaultInstance();
    assertThat(ClientCalls.blockingUnaryCall(channel, ALB_HEALTH, CallOptions.DEFAULT, nothing))
        .isEqualTo(nothing);
    // A busy machine may be slower than the probe is patient.
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertThat(TaskProcess.probe(task.port(), settings)).isZero());
  }

  @Test
  void aListedCertificate_getsItsServiceIn_verifiedOrPassedOn() {
    ChannelCredentials listed = PUBLIC.trusting(door.ofClients().client(LockedDoor.LISTED));
    assertThat(listAll(toBalancer(listed))).contains(carona.id());
    assertThat(listAll(channel(passingOn.port(), listed))).contains(carona.id());
  }

  @Test
  void otherCertificates_areRefused() {
    Pki.Signed unlisted = door.ofClients().client("other.internal.example");
    refusesAsUnknown(toBalancer(PUBLIC.trusting(unlisted)));
    refusesAsUnknown(channel(passingOn.port(), PUBLIC.trusting(unlisted)));
    Pki.Signed ofAnotherCa = new Pki().client(LockedDoor.LISTED);
    refusesAsUnknown(channel(passingOn.port(), PUBLIC.trusting(ofAnotherCa)));
  }

  @Test
  void certificatesInHeadersOfAClient_areTakenOutByTheLoadBalancer() {
    ChannelCredentials unlisted =
        PUBLIC.trusting(door.ofClients().client("other.internal.example"));
    for (ChannelCredentials client : new ChannelCredentials[] {PUBLIC.trusting(), unlisted}) {
      refusesAsUnknown(with(LEAF, listedPem(), toBalancer(client)));
      refusesAsUnknown(with(CHAIN, listedPem(), channel(passingOn.port(), client)));
      // nginx does not know this header there, and leaves it in; the service does not look at it.
      refusesAsUnknown(with(LEAF, listedPem(), channel(passingOn.port(), client)));
    }
  }

  @Test
  void certificatesInHeaders_areBelievedOnTheLoadBalancersPortOnly() {
    // Whoever reaches this port is the load balancer: its security group says so.
    ManagedChannel port = channel(task.port(), door.ofServices().trusting());
    assertThat(listAll(with(LEAF, listedPem(), port))).contains(carona.id());
    Instant anHourAgo = Instant.now().minus(Duration.ofHours(1));
    String expired = escaped(door.ofClients().client(anHourAgo, LockedDoor.LISTED));
    refusesAsUnknown(with(LEAF, expired, port));

    refusesAsUnknown(with(LEAF, listedPem(), toMtlsPort("other.internal.example")));
    String unlistedPem = escaped(door.ofClients().client("other.internal.example"));
    assertThat(listAll(with(LEAF, unlistedPem, toMtlsPort(LockedDoor.LISTED))))
        .contains(carona.id());
  }

  @Test
  void aStream_bringsUpdates() {
    CaronaItem followed =
        Examples.carona(
            UUID.randomUUID().toString(), "cond-s", Instant.now().plus(Duration.ofDays(1)));
    TABLE.put(followed);
    Channel channel = bearing(door.serviceToken(), toBalancer(PUBLIC.trusting()));
    Watcher watcher = Watcher.open(CaronaServiceGrpc.newStub(channel)).followCaronas(followed.id());
    var _ =
        CaronaServiceGrpc.newBlockingStub(channel)
            .updateCaronaStatus(
                UpdateCaronaStatusRequest.newBuilder()
                    .setCaronaId(followed.id())
                    .setStatus(StatusCarona.STATUS_CARONA_CANCELADA)
                    .build());
    watcher.awaitVersion(followed.id(), 2);
    watcher.requests.cancel("done", null);
  }

  private static void refusesAsUnknown(Channel channel) {
    Refused.by(() -> get(channel)).as(Code.UNAUTHENTICATED, "NAO_AUTENTICADO");
  }

  private static Carona get(Channel channel) {
    return CaronaServiceGrpc.newBlockingStub(channel)
        .getCarona(GetCaronaRequest.newBuilder().setCaronaId(carona.id()).build())
        .getCarona();
  }

  /** Rides of all condominiums, which of these callers only the listed one may see. */
  private static List<String> listAll(Channel channel) {
    List<String> ids = new ArrayList<>();
    CaronaServiceGrpc.newBlockingStub(channel)
        .listCaronasDisponiveis(ListCaronasRequest.getDefaultInstance())
        .forEachRemaining(response -> ids.add(response.getCarona().getId()));
    return ids;
  }

  private static Nginx nginx(ClientCertificates clients, int port) throws Exception {
    return Nginx.withTls(
        Files.createDirectory(folder.resolve(clients.name())),
        port,
        PUBLIC.server(),
        door.ofClients().pem(),
        clients);
  }

  private static ManagedChannel toBalancer(ChannelCredentials credentials) {
    return channel(verifying.port(), credentials);
  }

  private static ManagedChannel toMtlsPort(String name) {
    return channel(task.mtlsPort(), door.ofServices().trusting(door.ofClients().client(name)));
  }

  private static ManagedChannel channel(int port, ChannelCredentials credentials) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", port, credentials).build();
    OPEN.push(channel::shutdownNow);
    return channel;
  }

  private static String listedPem() {
    return escaped(door.ofClients().client(LockedDoor.LISTED));
  }

  private static String escaped(Pki.Signed certificate) {
    return URLEncoder.encode(certificate.pem(), StandardCharsets.US_ASCII).replace("+", "%20");
  }

  private static Channel bearing(String token, Channel channel) {
    return with("authorization", "Bearer " + token, channel);
  }

  private static Channel with(String header, String value, Channel channel) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), value);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static <T extends AutoCloseable> T opened(T resource) {
    OPEN.push(resource);
    return resource;
  }
}
