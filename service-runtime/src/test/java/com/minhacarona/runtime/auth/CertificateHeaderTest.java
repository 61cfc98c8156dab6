package com.minhacarona.runtime.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.auth.RejectedProofException.Cause;
import com.minhacarona.runtime.connections.Door;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.Channel;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which certificates in headers let a service in. */
class CertificateHeaderTest extends ProofsOnSockets {
  private static TestServer ignoring;
  private static TestServer verifying;
  private static TestServer passingThrough;

  @BeforeAll
  static void start() {
    ignoring = start(CertificateHeader.OFF);
    verifying = start(CertificateHeader.VERIFY);
    passingThrough = start(CertificateHeader.PASSTHROUGH);
  }

  @AfterAll
  static void stop() {
    ignoring.close();
    verifying.close();
    passingThrough.close();
  }

  @Test
  void certificateInAHeader_isBelievedOnlyInTheHeaderOfTheMode_onTheFirstPort() {
    String pem = encoded(PKI.client(LISTED));
    String leaf = "x-amzn-mtls-clientcert-leaf";
    String chain = "x-amzn-mtls-clientcert";
    assertThat(who(with(leaf, pem, balanced()))).startsWith("SERVICE reports.internal");
    refused(verifying, Cause.NO_PROOF, with(chain, pem, balanced()));
    Channel passed = channel(passingThrough, Door.LOAD_BALANCER, PKI.trusting());
    assertThat(who(with(chain, pem, passed))).startsWith("SERVICE reports.internal");
    refused(passingThrough, Cause.NO_PROOF, with(leaf, pem, passed));
    String stolen = encoded(PKI.client(GATEWAY));
    assertThat(who(with(leaf, stolen, with(chain, pem, passed))))
        .startsWith("SERVICE reports.internal");
    refused(ignoring, Cause.NO_PROOF, with(leaf, pem, open()));
    refused(ignoring, Cause.NO_PROOF, with(chain, pem, open()));
    Channel secondPort = channel(verifying, Door.MTLS, PKI.trusting(PKI.client("other.internal")));
    refused(verifying, Cause.UNLISTED_CERTIFICATE, with(leaf, pem, secondPort));
  }

  @Test
  void certificateInHeaders_mustBeSignedAndListed() {
    String header = "x-amzn-mtls-clientcert-leaf";
    refused(
        verifying, Cause.CERTIFICATE, with(header, encoded(new Pki().client(LISTED)), balanced()));
    refused(
        verifying,
        Cause.CERTIFICATE,
        with(header, encoded(PKI.client(Instant.now().minusSeconds(1), LISTED)), balanced()));
    refused(verifying, Cause.CERTIFICATE, with(header, "no%20PEM", balanced()));
    refused(
        verifying,
        Cause.UNLISTED_CERTIFICATE,
        with(header, encoded(PKI.client("other.internal")), balanced()));
    refused(
        verifying,
        Cause.TWO_PROOFS,
        with(
            header,
            encoded(PKI.client(LISTED)),
            with("authorization", "Bearer " + ISSUER.serviceToken(), balanced())));
  }

  private Channel open() {
    return channel(ignoring, Door.LOAD_BALANCER, PKI.trusting());
  }

  private Channel balanced() {
    return channel(verifying, Door.LOAD_BALANCER, PKI.trusting());
  }
}
