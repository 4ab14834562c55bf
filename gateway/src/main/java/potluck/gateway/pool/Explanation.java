package potluck.gateway.pool;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.decision.Obstacle;

/**
 * What would be chosen now for a request, and why. Immutable.
 *
 * @param candidates all accounts that serve the model, by leg; usable ones in order of preference
 * @param waiting number of requests that wait for the model
 * @param expectedWait estimated wait of this request
 */
public record Explanation(
    String model, List<Candidate> candidates, long waiting, Duration expectedWait) {

  /**
   * One account.
   *
   * @param model the model of the leg
   * @param preferred whether it is of the kind, own or shared, that the caller prefers
   * @param obstacle why it cannot serve; null if it can
   * @param availableIn estimated time until it can serve; null if unknown
   * @param terms the terms of its score
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
