package com.minhacarona.runtime.testing;

import com.google.inject.Module;
import com.minhacarona.runtime.auth.AuthConfig;
import com.minhacarona.runtime.auth.CertificateHeader;
import com.minhacarona.runtime.auth.ListedCertificate;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.runtime.connections.Door;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.server.ServiceConfig;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.Set;

/**
 * A service on real sockets with TLS that lets in whoever proves to be somebody, and the proofs of
 * the callers of {@code docs/policy.md}.
 */
public final class PolicyDoor implements AutoCloseable {
  private static final String CERTIFIED = "billing.internal.example";
  private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
  private static final Metadata.Key<String> ON_BEHALF_OF = key("x-on-behalf-of");

  private final TestIssuer issuer = new TestIssuer();
  private final TestServer server;
  private final ManagedChannel byToken;
  private final ManagedChannel byCertificate;

  public PolicyDoor(DynamoDbConfig store, Module... features) {
    Pki pki = new Pki();
    ServiceConfig config =
        TestServer.withTls(pki.config(pki.server()), TestServer.config(store))
            .withAuth(
                new AuthConfig(
                    true,
                    List.of(issuer.services(), issuer.users(), issuer.operators()),
                    List.of(new ListedCertificate(CERTIFIED, Set.of())),
                    CertificateHeader.OFF));
    server = TestServer.netty(config, features);
    byToken = server.channel(Door.LOAD_BALANCER, pki.trusting());
    byCertificate = server.channel(Door.MTLS, pki.trusting(pki.client(CERTIFIED)));
  }

  /**
   * A channel whose calls are this caller's. A service in A proves by its certificate who it is,
   * other services by tokens.
   *
   * @param scopes of the caller, if it is a service with a token that acts for nobody
   */
  public Channel channel(PolicyCaller caller, String... scopes) {
    Metadata headers = new Metadata();
    return switch (caller) {
      case NOBODY -> byToken;
      case SERVICE -> {
        headers.put(AUTHORIZATION, bearer(issuer.serviceToken(scopes)));
        yield with(headers, byToken);
      }
      case SERVICE_IN_A -> {
        headers.put(Tenant.HEADER, caller.tenant().orElseThrow());
        yield with(headers, byCertificate);
      }
      case SERVICE_IN_B -> {
        headers.put(AUTHORIZATION, bearer(issuer.serviceToken(scopes)));
        headers.put(Tenant.HEADER, caller.tenant().orElseThrow());
        yield with(headers, byToken);
      }
      case ON_CALL -> {
        headers.put(AUTHORIZATION, bearer(issuer.operatorToken()));
        yield with(headers, byToken);
      }
      case RESIDENT, PASSENGER, DRIVER, DRIVER_OF_ANOTHER, RESIDENT_OF_B ->
          onBehalfOf(token(caller));
    };
  }

  private String token(PolicyCaller resident) {
    return issuer.userToken(resident.user().orElseThrow(), resident.tenant().orElseThrow());
  }

  /** A channel whose calls have this resident's token, which the public API passes on. */
  public Channel onBehalfOf(String userToken) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, bearer(issuer.serviceToken(Caller.ON_BEHALF_OF)));
    headers.put(ON_BEHALF_OF, userToken);
    return with(headers, byToken);
  }

  /** A channel with a resident's token alone, which the network gives to nobody but the API. */
  public Channel withoutAService(PolicyCaller resident) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, bearer(token(resident)));
    return with(headers, byToken);
  }

  /** A channel of a service that passes on a resident's token, and may not. */
  public Channel withoutTheScope(PolicyCaller resident) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, bearer(issuer.serviceToken(Caller.LIST_ALL)));
    headers.put(ON_BEHALF_OF, token(resident));
    return with(headers, byToken);
  }

  /** A channel whose calls are a resident's, and name a tenant as well. */
  public Channel naming(String tenant, PolicyCaller resident) {
    Metadata headers = new Metadata();
    headers.put(Tenant.HEADER, tenant);
    return with(headers, onBehalfOf(token(resident)));
  }

  public TestIssuer issuer() {
    return issuer;
  }

  private static Channel with(Metadata headers, Channel channel) {
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static String bearer(String token) {
    return "Bearer " + token;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Override
  public void close() {
    byToken.shutdownNow();
    byCertificate.shutdownNow();
    server.close();
    issuer.close();
  }
}
