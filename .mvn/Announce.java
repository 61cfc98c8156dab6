/** Prints its arguments: what `mvn -q -Prun` says before minutes in which Maven says nothing. */
public class Announce {
  public static void main(String[] lines) {
    for (String line : lines) {
      System.out.println(line);
    }
  }
}
