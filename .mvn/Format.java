import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Calls google-java-format with the given options on every Java file of the project. The root
 * {@code pom.xml} runs it on the project's own JDK: inside Spotless the formatter would parse with
 * the javac of whatever JDK Maven runs on, and that may be older than the sources.
 */
class Format {
  public static void main(String[] options) throws IOException {
    Path root = Path.of("");
    try (Stream<Path> files =
        Files.find(root, 20, (file, _) -> file.toString().endsWith(".java"))) {
      Stream<String> sources =
          files
              .map(Path::toString)
              .filter(file -> !file.contains("target") && !file.contains("node_modules"))
              .sorted();
      Main.main(Stream.concat(Arrays.stream(options), sources).toArray(String[]::new));
    }
  }
}
