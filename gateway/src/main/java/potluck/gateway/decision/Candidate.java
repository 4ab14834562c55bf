package potluck.gateway.decision;

import org.jspecify.annotations.Nullable;

/**
 * One account as it stood when the pool last considered it for a request. Immutable.
 *
 * @param account the account's id, 32 hex digits
 * @param obstacle why it could not serve; null if it could
 * @param preferred whether it is of the kind, own or shared, that the caller prefers
 * @param step its score in steps of a quarter, lower is better; -16 to 239
 * @param running number of running requests on all nodes
 * @param maxConcurrency maximum number of running requests; 0 for no limit
 * @param untilMs when the obstacle ends, in epoch milliseconds; 0 if unknown
 * @param load 0 to 40.95 in hundredths, as are the other terms of the score; 0 if it could not
 *     serve
 */
public record Candidate(
    String account,
    @Nullable Obstacle obstacle,
    boolean preferred,
    int priority,
    int step,
    int running,
    int maxConcurrency,
    long untilMs,
    double load,
    double window,
    double errors,
    double slowness,
    double warmth) {

  /** Whether it could serve. */
  public boolean isUsable() {
    return obstacle == null;
  }

  /** The score that is compared; lower is better. */
  public double score() {
    return load + window + 2 * errors + slowness - warmth;
  }
}
