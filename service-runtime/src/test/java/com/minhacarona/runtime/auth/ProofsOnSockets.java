package com.minhacarona.runtime.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.common.base.Splitter;
import com.google.protobuf.StringValue;
import com.minhacarona.runtime.auth.RejectedProofException.Cause;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.MethodTraits.Trait;
import com.minhacarona.runtime.connections.Door;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestIssuer;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.slf4j.LoggerFactory;

/** Calls of a service on real sockets by callers with proofs; no log line has a part of one. */
abstract class ProofsOnSockets {
  static final String LISTED = "reports.internal";
  static final String BOUND = "of-one-tenant";
  static final String PRIVILEGED = "with-too-many-scopes";
  static final String GATEWAY = "urn:minha-carona:gateway";

  /** Shorter pieces of a proof could be words of any line. */
  static final int PIECE = 20;

  static final Pki PKI = new Pki();
  static final TestIssuer ISSUER = new TestIssuer();

  final ListAppender<ILoggingEvent> log = new ListAppender<>();
  final List<ManagedChannel> opened = new ArrayList<>();
  final List<String> secrets = new ArrayList<>();

  static TestServer start(CertificateHeader header) {
    AuthConfig auth =
        new AuthConfig(
            true,
            List.of(
                ISSUER.services(),
                ISSUER.operators(),
                ISSUER.users(),
                actingForUsers(Caller.Kind.SERVICE, BOUND, TestIssuer.TENANT_CLAIM),
                actingForUsers(Caller.Kind.OPERATOR, PRIVILEGED, "")),
            List.of(
                new ListedCertificate(LISTED, Set.of(Caller.LIST_ALL)),
                new ListedCertificate(GATEWAY, Set.of(Caller.ON_BEHALF_OF))),
            header);
    return TestServer.netty(
        TestServer.withTls(PKI.config(PKI.server()), TestServer.config(TestServer.NO_STORE))
            .withAuth(auth),
        Echo.module(AuthenticatorTest::sayWho, () -> {}, Trait.READS));
  }

  static Issuer actingForUsers(Caller.Kind kind, String audience, String tenantClaim) {
    return new Issuer(
        ISSUER.name(),
        ISSUER.jwks(),
        kind,
        Set.of(audience),
        "",
        Set.of(),
        "",
        "",
        Set.of(Caller.ON_BEHALF_OF),
        "sub",
        tenantClaim);
  }

  static void sayWho(StringValue ignored, StreamObserver<StringValue> responses) {
    Caller caller = Caller.current();
    responses.onNext(
        StringValue.of(
            "%s %s %s %s"
                .formatted(
                    caller.kind(),
                    caller.id(),
                    caller.tenant().orElse("-"),
                    new TreeSet<>(caller.scopes()))));
    responses.onCompleted();
  }

  @BeforeEach
  void listen() {
    log.start();
    root().addAppender(log);
  }

  @AfterEach
  void logHasNoPartOfAProof() {
    root().detachAppender(log);
    opened.forEach(ManagedChannel::shutdownNow);
    List<String> lines =
        List.copyOf(log.list).stream()
            .map(line -> line.getFormattedMessage() + line.getKeyValuePairs())
            .toList();
    for (String secret : secrets) {
      for (String part : Splitter.on('.').split(secret)) {
        if (part.length() >= PIECE) {
          assertThat(lines).noneMatch(line -> line.contains(part));
        }
      }
    }
  }

  String who(Channel channel) {
    return Echo.call(channel, "who am I?");
  }

  void refused(TestServer by, Cause cause, Channel channel) {
    double before = count(by, cause);
    Refused.by(() -> who(channel)).as(Code.UNAUTHENTICATED, "NAO_AUTENTICADO");
    assertThat(count(by, cause) - before).isEqualTo(1);
  }

  static double count(TestServer by, Cause cause) {
    return by.instance(MeterRegistry.class)
        .get("auth.refused")
        .tag("cause", cause.name())
        .counter()
        .count();
  }

  List<String> lines() {
    return List.copyOf(log.list).stream()
        .map(line -> String.valueOf(line.getKeyValuePairs()))
        .toList();
  }

  Channel channel(TestServer to, Door door, io.grpc.ChannelCredentials credentials) {
    ManagedChannel channel = to.channel(door, credentials);
    opened.add(channel);
    return channel;
  }

  Channel with(String name, String value, Channel channel) {
    if (!name.equals("x-tenant-id")) {
      secrets.add(value.substring(value.indexOf(' ') + 1));
    }
    Metadata headers = new Metadata();
    headers.put(key(name), value);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  static String encoded(Pki.Signed certificate) {
    return URLEncoder.encode(certificate.pem(), StandardCharsets.US_ASCII).replace("+", "%20");
  }

  static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
