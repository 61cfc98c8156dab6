package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code keep-images} is run, with an {@code aws} whose registry is a folder of tags. */
class KeepImagesTest {
  private static final String AWS =
      """
      #!/bin/bash
      # aws ecr COMMAND: a tag is a file with the digest of its image.
      command=$2
      while [ $# -gt 0 ]; do
        case $1 in
          --region) region=$2;;
          --repository-name) repository=$2;;
          --image-ids) tag=${2#imageTag=};;
          --image-tag) tag=$2;;
          --image-digest) digest=$2;;
          --image-manifest) manifest=${2#file://};;
          --image-manifest-media-type) type=$2;;
        esac
        shift
      done
      file=$STORE/$region/$repository/$tag
      case $command in
        batch-get-image)
          [ -e "$file" ] || { echo '{"images": [], "failures": [{}]}'; exit; }
          echo '{"images": [{"imageId": {"imageDigest": "'"$(cat "$file")"'"},
              "imageManifest": "manifest of '"$(cat "$file")"'\\n", "imageManifestMediaType": "a type"}]}';;
        put-image)
          [ -e "$file" ] && [ "$(cat "$file")" = "$digest" ] && { echo there already; exit 1; }
          cmp "$manifest" <(echo "manifest of $digest") && [ "$type" = 'a type' ] || exit 1
          echo "$digest" > "$file";;
        *) exit 1;;
      esac
      """;

  @TempDir Path folder;

  @BeforeEach
  void fill() throws IOException {
    Path aws = Files.createDirectories(folder.resolve("bin")).resolve("aws");
    Files.writeString(aws, AWS);
    assertThat(aws.toFile().setExecutable(true)).isTrue();
    for (TaskKind kind : TaskKind.values()) {
      for (String region : new String[] {"home", "away"}) {
        for (String version : new String[] {"a", "b", "c"}) {
          write(region, kind, version);
        }
      }
    }
  }

  @Test
  void whatIsDeployed_isMarkedBefore_andWhatRan_stays() throws Exception {
    deploy("a", true);
    assertThat(marks("home")).isEqualTo("next a, running a, previous none");
    deploy("b", true);
    assertThat(marks("home")).isEqualTo("next b, running b, previous a");
    assertThat(marks("away")).isEqualTo("next b, running b, previous a");
  }

  @Test
  void whatRuns_isStillMarked_whenDeploymentsFail() throws Exception {
    deploy("a", true);
    deploy("b", false);
    deploy("c", false);
    assertThat(marks("home")).isEqualTo("next c, running a, previous none");
  }

  @Test
  void aRepeat_changesNothing_andGoingBackMovesTheMarksBack() throws Exception {
    deploy("a", true);
    deploy("b", true);
    deploy("b", true);
    assertThat(marks("home")).isEqualTo("next b, running b, previous a");
    deploy("a", true);
    assertThat(marks("home")).isEqualTo("next a, running a, previous b");
  }

  @Test
  void aVersionThatIsNotThere_isNotDeployed() throws Exception {
    deploy("a", true);
    Files.delete(tag("away", TaskKind.RESERVA, "b"));
    assertThat(keep("before", "b")).isNotZero();
    assertThat(Files.readString(folder.resolve("output")))
        .contains("There is no minha-carona/reserva-service:b in away.");
    assertThat(marks("away")).startsWith("next a, running a");
  }

  @Test
  void imagesOfAllKinds_areMarked_forThisEnvironmentAlone() throws Exception {
    deploy("a", true);
    for (TaskKind kind : TaskKind.values()) {
      assertThat(tag("home", kind, "running-production")).exists();
      assertThat(tag("home", kind, "running-staging")).doesNotExist();
    }
  }

  private void deploy(String version, boolean well) throws Exception {
    assertThat(keep("before", version)).isZero();
    if (well) {
      assertThat(keep("after", version)).isZero();
    }
  }

  private int keep(String moment, String version) throws Exception {
    ProcessBuilder script =
        new ProcessBuilder("./keep-images", moment, "production", version, "home", "away")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile());
    script.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    script.environment().put("STORE", folder.toString());
    Process process = script.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return process.exitValue();
  }

  /** Of the last image, which are those of all. */
  private String marks(String region) throws IOException {
    StringBuilder said = new StringBuilder();
    for (String mark : ImageRepositories.MARKS) {
      Path tag = tag(region, TaskKind.RESERVA, mark + "production");
      said.append(said.isEmpty() ? "" : ", ")
          .append(mark.replace("-", " "))
          .append(Files.exists(tag) ? Files.readString(tag).strip() : "none");
    }
    return said.toString();
  }

  private Path tag(String region, TaskKind kind, String tag) {
    return folder.resolve(region).resolve(ImageRepositories.name(kind.id())).resolve(tag);
  }

  private void write(String region, TaskKind kind, String version) throws IOException {
    Path tag = tag(region, kind, version);
    Files.createDirectories(tag.getParent());
    Files.writeString(tag, version + "\n");
  }
}
