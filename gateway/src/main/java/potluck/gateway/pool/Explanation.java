package potluck.gateway.pool;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;

/**
 * What a choice would be now, and why. Immutable.
 *
 * @param candidates all accounts that serve the model, by leg; those that could, in the order in
 *     which they would be taken
 * @param waiting requests that wait for the model already
 * @param expectedWait how long this one would have to wait, as far as one can tell
 */
public record Explanation(
    String model, List<Candidate> candidates, long waiting, Duration expectedWait) {

  /**
   * One account.
   *
   * @param model the leg's
   * @param preferred whether it is of the kind, own or shared, that the caller prefers
   * @param obstacle why it was left out; null where it could serve
   * @param availableIn how long that lasts, where that is known
   * @param terms of its score
   */
  public record Candidate(
      Account account,
      String model,
      boolean preferred,
      int running,
      @Nullable Obstacle obstacle,
      @Nullable Duration availableIn,
      Choice.Terms terms) {}
}
