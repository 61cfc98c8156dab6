package com.minhacarona.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.ListCaronasRequest;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsServerCredentials;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayInputStream;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** A service behind TLS that notes who calls, and refuses tokens on a list. */
final class SecureServer implements AutoCloseable {
  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> ON_BEHALF_OF =
      Metadata.Key.of("x-on-behalf-of", Metadata.ASCII_STRING_MARSHALLER);

  /** Who called: texts such as {@code Bearer t1 for ana by CN=api}. */
  final List<String> callers = new CopyOnWriteArrayList<>();

  /** Tokens that are refused, the resident's too. */
  final Set<String> refused = ConcurrentHashMap.newKeySet();

  final X509Bundle ca;
  private final Server server;

  private SecureServer(
      X509Bundle ca,
      TlsServerCredentials.Builder tls,
      CaronaServiceGrpc.CaronaServiceImplBase service)
      throws Exception {
    this.ca = ca;
    X509Bundle certificate =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=server")
            .addSanDnsName("localhost")
            .buildIssuedBy(ca);
    server =
        Grpc.newServerBuilderForPort(
                0,
                tls.keyManager(
                        stream(certificate.getCertificatePathPEM()),
                        stream(certificate.getPrivateKeyPEM()))
                    .build())
            .intercept(new Gate())
            .addService(service)
            .build()
            .start();
  }

  static SecureServer start() throws Exception {
    return start(new Caronas());
  }

  static SecureServer start(CaronaServiceGrpc.CaronaServiceImplBase service) throws Exception {
    return new SecureServer(ca("CN=Test CA"), TlsServerCredentials.newBuilder(), service);
  }

  /** A server that takes only clients with a certificate of its CA. */
  static SecureServer startMutual() throws Exception {
    X509Bundle ca = ca("CN=Test CA");
    return new SecureServer(
        ca,
        TlsServerCredentials.newBuilder()
            .trustManager(stream(ca.getCertificatePEM()))
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE),
        new Caronas());
  }

  static X509Bundle ca(String name) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject(name)
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  int port() {
    return server.getPort();
  }

  String target() {
    return "dns:///localhost:" + port();
  }

  MinhaCaronaClientBuilder client() {
    return MinhaCaronaClient.forTarget(target());
  }

  MinhaCaronaClientBuilder trustingClient() {
    return client().trust(ca.getCertificatePEM());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static ByteArrayInputStream stream(String pem) {
    return new ByteArrayInputStream(pem.getBytes(UTF_8));
  }

  static StatusRuntimeException unauthenticated() {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.UNAUTHENTICATED.value())
            .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("NAO_AUTENTICADO").build()))
            .build());
  }

  private final class Gate implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String authorization = headers.get(AUTHORIZATION);
      String resident = headers.get(ON_BEHALF_OF);
      callers.add("%s for %s by %s".formatted(authorization, resident, subject(call)));
      if ((authorization != null && refused.contains(authorization.replace("Bearer ", "")))
          || (resident != null && refused.contains(resident))) {
        StatusRuntimeException refusal = unauthenticated();
        call.close(refusal.getStatus(), refusal.getTrailers());
        return new ServerCall.Listener<>() {};
      }
      return next.startCall(call, headers);
    }

    private static String subject(ServerCall<?, ?> call) {
      SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
      try {
        return ((X509Certificate) session.getPeerCertificates()[0])
            .getSubjectX500Principal()
            .getName();
      } catch (SSLPeerUnverifiedException _) {
        return "nobody";
      }
    }
  }

  /**
   * Creates nothing, and lists two rides; a list in which {@code breaks} is asked for then ends.
   */
  private static final class Caronas extends CaronaServiceGrpc.CaronaServiceImplBase {
    @Override
    public void createCarona(
        CreateCaronaRequest request, StreamObserver<CaronaResponse> responses) {
      responses.onNext(CaronaResponse.getDefaultInstance());
      responses.onCompleted();
    }

    @Override
    public void listCaronasDisponiveis(
        ListCaronasRequest request, StreamObserver<CaronaResponse> responses) {
      for (String id : List.of("a", "b")) {
        responses.onNext(
            CaronaResponse.newBuilder().setCarona(Carona.newBuilder().setId(id)).build());
      }
      if (request.getCondominioId().equals("breaks")) {
        responses.onError(unauthenticated());
      } else {
        responses.onCompleted();
      }
    }
  }
}
