package com.minhacarona.runtime.interceptors;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.multibindings.OptionalBinder;
import com.minhacarona.runtime.auth.AuthConfig;
import com.minhacarona.runtime.auth.CertificateHeader;
import com.minhacarona.runtime.auth.ListedCertificate;
import com.minhacarona.runtime.connections.Door;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestIssuer;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A real server on which no place for verifications is left. */
class WaitingVerificationsTest {

  @Test
  void callThatHasToBeVerified_isShed_andOthersAreAnswered() {
    Pki pki = new Pki();
    try (TestIssuer issuer = new TestIssuer();
        TestServer server =
            TestServer.netty(
                TestServer.withTls(pki.config(pki.server()), TestServer.config(TestServer.NO_STORE))
                    .withAuth(
                        new AuthConfig(
                            true,
                            List.of(issuer.services()),
                            List.of(new ListedCertificate("a.internal", Set.of())),
                            CertificateHeader.OFF)),
                Echo.module(Echo::say),
                noPlaces())) {
      Metadata headers = new Metadata();
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
          "Bearer " + issuer.serviceToken());
      Refused.by(() ->
              Echo.call(
                  ClientInterceptors.intercept(
                      server.channel(), MetadataUtils.newAttachHeadersInterceptor(headers)),
                  "oi"))
          .as(Code.RESOURCE_EXHAUSTED, "SOBRECARGA");
      Refused.by(() -> Echo.call(server.channel(), "oi"))
          .as(Code.UNAUTHENTICATED, "NAO_AUTENTICADO");
      ManagedChannel certified = server.channel(Door.MTLS, pki.trusting(pki.client("a.internal")));
      assertThat(Echo.call(certified, "oi")).isEqualTo("oi");
      certified.shutdownNow();
    }
  }

  private static Module noPlaces() {
    return new AbstractModule() {
      @Override
      protected void configure() {
        OptionalBinder.newOptionalBinder(binder(), VerificationPlaces.class)
            .setBinding()
            .toInstance(new VerificationPlaces(0, 0));
      }
    };
  }
}
