package com.minhacarona.cdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands that {@code docs/deployment.md} has for certificates are run, with an {@code aws}
 * that keeps parameters in a folder.
 */
class CertificateCommandsTest {
  private static final Path PAGE = MinhaCaronaApp.ROOT.resolve("docs/deployment.md");
  private static final Pattern BLOCK =
      Pattern.compile("^```sh\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final String SERVER = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT = "1.3.6.1.5.5.7.3.2";

  /** The largest value of a parameter that costs nothing. */
  private static final int STANDARD_PARAMETER_BYTES = 4096;

  private static final String AWS =
      """
      #!/bin/bash
      # aws SERVICE COMMAND, with a value after each option that is looked at.
      command=$2
      while [ $# -gt 0 ]; do
        case $1 in
          --type) type=$2;;
          --name) file=$STORE/${2//\\//_};;
          --value) value=$2;;
        esac
        shift
      done
      case $command in
        put-parameter) cat "${value#file://}" > "$file"; echo "$type" > "$file.type";;
        get-parameter) cat "$file";;
        update-service) echo again >> "$STORE/deployments";;
        *) exit 1;;
      esac
      """;

  @TempDir Path folder;

  @BeforeEach
  void installAws() throws Exception {
    assumeThat(run("openssl version || true"))
        .as("OpenSSL 3 or newer is here")
        .contains("OpenSSL 3");
    Path aws = Files.createDirectories(folder.resolve("bin")).resolve("aws");
    Files.writeString(aws, AWS);
    assertThat(aws.toFile().setExecutable(true)).isTrue();
    Files.createDirectories(folder.resolve("store"));
  }

  @Test
  void theServicesCertificate_isForTheirNames_andSignedByTheCa() throws Exception {
    runPage("Certificates", "The CA", "The services' certificate");
    X509Certificate certificate = stored("tls-certificate");
    assertThat(names(certificate)).containsExactlyInAnyOrderElementsOf(namesOfTasks());
    assertThat(certificate.getExtendedKeyUsage()).containsExactly(SERVER);
    assertThat(certificate.getBasicConstraints()).as("it signs nobody").isEqualTo(-1);
    assertSigned(certificate, stored("client-ca"));
    assertThat(certificate.getNotAfter().toInstant())
        .isAfter(Instant.now().plus(Duration.ofDays(365)));
    assertFits(certificate, text("tls-key"));
  }

  @Test
  void keys_areSecret_andAllFitsParametersThatCostNothing() throws Exception {
    runPage("Certificates", "The CA", "The services' certificate");
    for (String key : List.of("tls-key", "ca-key")) {
      assertThat(text(key + ".type")).isEqualTo("SecureString\n");
      assertThat(text(key)).startsWith("-----BEGIN PRIVATE KEY-----");
    }
    for (String open : List.of("tls-certificate", "client-ca")) {
      assertThat(text(open + ".type")).isEqualTo("String\n");
      assertThat(text(open)).startsWith("-----BEGIN CERTIFICATE-----");
      assertThat(text(open)).hasSizeLessThan(STANDARD_PARAMETER_BYTES);
    }
    assertThat(Files.readAllLines(folder.resolve("store/deployments"))).hasSize(2);
  }

  @Test
  void aRenewedCertificate_isSignedByTheSameCa() throws Exception {
    runPage("Certificates", "The CA", "The services' certificate");
    X509Certificate before = stored("tls-certificate");
    runPage("Certificates", "The services' certificate");
    X509Certificate after = stored("tls-certificate");
    assertThat(after.getSerialNumber()).isNotEqualTo(before.getSerialNumber());
    assertSigned(after, stored("client-ca"));
  }

  @Test
  void aCallersCertificate_isForItsName_andNotForServers() throws Exception {
    String made = runPage("Certificates", "The CA", "A caller's certificate");
    X509Certificate caller = certificate(Files.readString(Path.of(made, "billing.internal.pem")));
    assertThat(names(caller)).containsExactly("billing.internal");
    assertThat(caller.getExtendedKeyUsage()).containsExactly(CLIENT);
    assertSigned(caller, stored("client-ca"));
    assertFits(caller, Files.readString(Path.of(made, "billing.internal.key")));
  }

  private static List<String> namesOfTasks() {
    List<String> names = new ArrayList<>(List.of("localhost", "127.0.0.1"));
    for (MinhaCaronaService service : MinhaCaronaService.values()) {
      names.add(service.dnsName() + ".internal");
    }
    return names;
  }

  /** Runs the commands under these headings; the folder with the files that they made. */
  private String runPage(String... headings) throws Exception {
    StringBuilder script = new StringBuilder("set -euo pipefail\nenvironment=staging\n");
    for (String heading : headings) {
      script.append(commands(heading));
    }
    String output = run(script + "echo \"made in $ca\"\n");
    Matcher made = Pattern.compile("made in (.*)").matcher(output);
    assertThat(made.find()).as(output).isTrue();
    return made.group(1);
  }

  /** The commands directly under a heading. */
  private static String commands(String heading) throws IOException {
    String page = Files.readString(PAGE);
    String section =
        page.split("(?m)^##+ " + Pattern.quote(heading) + "$", 2)[1].split("(?m)^##+ ", 2)[0];
    StringBuilder commands = new StringBuilder();
    BLOCK.matcher(section).results().forEach(block -> commands.append(block.group(1)));
    assertThat(commands).as(heading).isNotEmpty();
    return commands.toString();
  }

  private String run(String script) throws Exception {
    Path output = folder.resolve("output");
    ProcessBuilder bash =
        new ProcessBuilder("bash", "-c", script)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    bash.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    bash.environment().put("STORE", folder.resolve("store").toString());
    bash.environment().put("TMPDIR", folder.toString());
    Process process = bash.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(output);
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  private String text(String parameter) throws IOException {
    return Files.readString(folder.resolve("store/_minha-carona_staging_" + parameter));
  }

  private X509Certificate stored(String parameter) throws Exception {
    return certificate(text(parameter));
  }

  private static X509Certificate certificate(String pem) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(UTF_8)));
  }

  private static List<String> names(X509Certificate certificate) throws Exception {
    return certificate.getSubjectAlternativeNames().stream()
        .map(name -> (String) name.get(1))
        .toList();
  }

  private static void assertSigned(X509Certificate certificate, X509Certificate ca)
      throws Exception {
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(ca, null)));
    parameters.setRevocationEnabled(false);
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)),
            parameters);
    assertThat(ca.getBasicConstraints()).as("it is a CA").isNotEqualTo(-1);
  }

  /** What the key signs, the certificate verifies. */
  private static void assertFits(X509Certificate certificate, String pem) throws Exception {
    byte[] bytes = Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""));
    PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    signature.update(bytes);
    byte[] signed = signature.sign();
    signature.initVerify(certificate);
    signature.update(bytes);
    assertThat(signature.verify(signed)).isTrue();
  }
}
