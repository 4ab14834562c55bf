package potluck.server.importing;

import java.util.List;

/** The result for one record. */
sealed interface ImportOutcome {
  /**
   * Imported.
   *
   * @param remarks what is different from the source
   */
  record Imported(List<String> remarks) implements ImportOutcome {}

  /** Imported earlier. */
  record AlreadyPresent() implements ImportOutcome {}

  /**
   * Not imported.
   *
   * @param reason with what to do
   */
  record Skipped(String reason) implements ImportOutcome {}

  static ImportOutcome imported(String... remarks) {
    return new Imported(List.of(remarks));
  }
}
