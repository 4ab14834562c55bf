package potluck.server.moving;

import java.util.List;

/** What became of one thing that was found. */
sealed interface Outcome {
  /**
   * It is here now.
   *
   * @param remarks what is not as it was there
   */
  record Came(List<String> remarks) implements Outcome {}

  /** It came before. */
  record Here() implements Outcome {}

  /**
   * It did not come.
   *
   * @param why with what to do about it
   */
  record Left(String why) implements Outcome {}

  static Outcome came(String... remarks) {
    return new Came(List.of(remarks));
  }
}
