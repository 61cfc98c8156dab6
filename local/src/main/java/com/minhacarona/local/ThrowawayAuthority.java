package com.minhacarona.local;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.minhacarona.runtime.auth.AuthConfig;
import com.minhacarona.runtime.auth.CertificateHeader;
import com.minhacarona.runtime.auth.Issuer;
import com.minhacarona.runtime.auth.ListedCertificate;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.connections.TlsConfig;
import com.minhacarona.runtime.process.TextSource;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.grpc.health.v1.HealthProto;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A certificate authority and an issuer of tokens for one machine and one run of the system. Its
 * files are in one folder, and worth nothing once the process has ended.
 */
final class ThrowawayAuthority {
  private static final String AUDIENCE = "minha-carona";
  private static final String CONDOMINIO = "condominio-aurora";
  private static final String SERVICE_NAME = "relatorios.internal";

  /** A working day: nobody should have to start again in the middle of it. */
  private static final Duration LIFE = Duration.ofHours(12);

  private final Path folder;
  private final RSAKey key;
  private final HttpServer keys;

  private ThrowawayAuthority(Path folder, RSAKey key, HttpServer keys) {
    this.folder = folder;
    this.key = key;
    this.keys = keys;
  }

  /** Makes certificates and tokens, writes them into the folder, and serves the issuer's keys. */
  static ThrowawayAuthority create(Path folder) throws Exception {
    RSAKey key = new RSAKeyGenerator(2048).keyID("throwaway").generate();
    HttpServer keys =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] published = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
    keys.createContext(
        "/jwks.json",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, published.length);
            exchange.getResponseBody().write(published);
          }
        });
    keys.start();
    ThrowawayAuthority authority = new ThrowawayAuthority(folder, key, keys);
    authority.writeCertificates();
    authority.writeTokens();
    authority.writeHealth();
    return authority;
  }

  /** The server's certificate, and the authority as the one of clients. */
  TlsConfig tls() {
    return new TlsConfig(
        new TextSource.Content(folder.resolve("server.pem")),
        new TextSource.Content(folder.resolve("server.key")),
        Optional.of(new TextSource.Content(folder.resolve("ca.pem"))));
  }

  /** Who may call: a service by certificate or token, somebody on call, residents. */
  AuthConfig auth() {
    return new AuthConfig(
        true,
        List.of(
            issuer("api", Caller.Kind.SERVICE, Set.of(Caller.ON_BEHALF_OF), ""),
            issuer("on-call", Caller.Kind.OPERATOR, Set.of(), ""),
            issuer("resident", Caller.Kind.USER, Set.of(), "condominio_id")),
        List.of(new ListedCertificate(SERVICE_NAME, Set.of(Caller.LIST_ALL))),
        CertificateHeader.OFF);
  }

  /** The files in which a client finds its certificate. */
  Path file(String name) {
    return folder.resolve(name);
  }

  private Issuer issuer(String tokenUse, Caller.Kind kind, Set<String> scopes, String tenantClaim) {
    return new Issuer(
        issuerName(),
        URI.create(issuerName() + "/jwks.json"),
        kind,
        Set.of(AUDIENCE),
        tokenUse,
        Set.of(),
        "",
        "",
        scopes,
        "sub",
        tenantClaim);
  }

  private String issuerName() {
    return "http://127.0.0.1:" + keys.getAddress().getPort();
  }

  private void writeCertificates() throws Exception {
    Instant now = Instant.now();
    CertificateBuilder template =
        new CertificateBuilder()
            .rsa2048()
            .notBefore(now.minus(Duration.ofMinutes(1)))
            .notAfter(now.plus(LIFE));
    X509Bundle ca =
        template
            .copy()
            .subject("CN=Minha Carona for one run")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    X509Bundle server =
        template
            .copy()
            .subject("CN=localhost")
            .addSanDnsName("localhost")
            .addSanIpAddress("127.0.0.1")
            .addExtendedKeyUsageServerAuth()
            .buildIssuedBy(ca);
    X509Bundle service =
        template
            .copy()
            .subject("CN=" + SERVICE_NAME)
            .addSanDnsName(SERVICE_NAME)
            .addExtendedKeyUsageClientAuth()
            .buildIssuedBy(ca);
    write("ca.pem", ca.getCertificatePEM());
    write("server.pem", server.getCertificatePathPEM());
    write("server.key", server.getPrivateKeyPEM());
    write("service.pem", service.getCertificatePathPEM());
    write("service.key", service.getPrivateKeyPEM());
  }

  private void writeTokens() throws JOSEException, IOException {
    write("api.token", token("api", "api", Optional.empty()));
    write("on-call.token", token("on-call", "on-call", Optional.empty()));
    write("zeca.token", token("resident", "zeca", Optional.of(CONDOMINIO)));
  }

  /** Health without reflection, which answers only those who prove who they are. */
  private void writeHealth() throws IOException {
    byte[] descriptors =
        FileDescriptorSet.newBuilder()
            .addFile(HealthProto.getDescriptor().toProto())
            .build()
            .toByteArray();
    Files.write(file("health.protoset"), descriptors);
  }

  private String token(String use, String subject, Optional<String> condominioId)
      throws JOSEException {
    Instant now = Instant.now();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(issuerName())
            .audience(AUDIENCE)
            .subject(subject)
            .claim("token_use", use)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(LIFE)));
    condominioId.ifPresent(id -> claims.claim("condominio_id", id));
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(),
            claims.build());
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(folder);
    Path file = file(name);
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }
}
