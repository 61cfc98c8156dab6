import java.io.IOException;
import java.util.List;

/**
 * Runs its arguments as a command where the Python that the command needs is installed, and says so
 * where it is not: nobody needs Python to build the services.
 */
class WithPython {
  /** With ensurepip, which some distributions have in a package of its own. */
  private static final String FITS =
      "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))";

  public static void main(String[] command) throws IOException, InterruptedException {
    if (fits()) {
      System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
    }
    System.out.println(
        "There is no python3 of version 3.11 or newer with venv, so this was left out: "
            + String.join(" ", command));
  }

  private static boolean fits() throws InterruptedException {
    try {
      return new ProcessBuilder(List.of("python3", "-c", FITS))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
