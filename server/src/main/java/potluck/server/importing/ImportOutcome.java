package potluck.server.importing;

import java.util.List;

/** What became of one thing that was found. */
sealed interface ImportOutcome {
  /**
   * It is here now.
   *
   * @param remarks what is not as it was there
   */
  record Imported(List<String> remarks) implements ImportOutcome {}

  /** It came before. */
  record AlreadyPresent() implements ImportOutcome {}

  /**
   * It did not come.
   *
   * @param reason with what to do about it
   */
  record Skipped(String reason) implements ImportOutcome {}

  static ImportOutcome imported(String... remarks) {
    return new Imported(List.of(remarks));
  }
}
