package potluck.gateway.decision;

import org.jspecify.annotations.Nullable;

/**
 * The layout of a {@link Candidate} in three longs, because it is recorded while the pool is
 * locked. Numbers beyond the range of their bits are cut to it. Stateless.
 */
final class PackedCandidate {
  /** Number of longs per candidate. */
  static final int LONGS = 3;

  private static final int OBSTACLE_BITS = 5;
  private static final int PRIORITY_BITS = 12;
  private static final int COUNT_BITS = 17;
  private static final int STEP_BITS = 8;
  private static final int TERM_BITS = 12;
  private static final int MIN_PRIORITY = -1000;
  private static final int MIN_STEP = -16;

  private PackedCandidate() {}

  static void write(
      long[] into,
      int at,
      @Nullable Obstacle obstacle,
      boolean preferred,
      int priority,
      int step,
      int running,
      int maxConcurrency,
      long untilMs) {
    long head = obstacle == null ? 0 : obstacle.number();
    head = head << 1 | (preferred ? 1 : 0);
    head = head << PRIORITY_BITS | cut(priority - MIN_PRIORITY, PRIORITY_BITS);
    head = head << STEP_BITS | cut(step - MIN_STEP, STEP_BITS);
    head = head << COUNT_BITS | cut(running, COUNT_BITS);
    head = head << COUNT_BITS | cut(maxConcurrency, COUNT_BITS);
    into[at] = head;
    into[at + 1] = untilMs;
    into[at + 2] = 0;
  }

  static void writeTerms(
      long[] into,
      int at,
      double load,
      double window,
      double errors,
      double slowness,
      double warmth) {
    long terms = hundredths(load);
    terms = terms << TERM_BITS | hundredths(window);
    terms = terms << TERM_BITS | hundredths(errors);
    terms = terms << TERM_BITS | hundredths(slowness);
    terms = terms << TERM_BITS | hundredths(warmth);
    into[at + 2] = terms;
  }

  static Candidate read(String account, long[] from, int at) {
    long head = from[at];
    long terms = from[at + 2];
    int obstacle = (int) bits(head, 2 * COUNT_BITS + STEP_BITS + PRIORITY_BITS + 1, OBSTACLE_BITS);
    return new Candidate(
        account,
        Obstacle.find(obstacle).orElse(null),
        bits(head, 2 * COUNT_BITS + STEP_BITS + PRIORITY_BITS, 1) == 1,
        (int) bits(head, 2 * COUNT_BITS + STEP_BITS, PRIORITY_BITS) + MIN_PRIORITY,
        (int) bits(head, 2 * COUNT_BITS, STEP_BITS) + MIN_STEP,
        (int) bits(head, COUNT_BITS, COUNT_BITS),
        (int) bits(head, 0, COUNT_BITS),
        from[at + 1],
        bits(terms, 4 * TERM_BITS, TERM_BITS) / 100.0,
        bits(terms, 3 * TERM_BITS, TERM_BITS) / 100.0,
        bits(terms, 2 * TERM_BITS, TERM_BITS) / 100.0,
        bits(terms, TERM_BITS, TERM_BITS) / 100.0,
        bits(terms, 0, TERM_BITS) / 100.0);
  }

  /** Whether the candidate could serve. */
  static boolean isUsable(long[] from, int at) {
    return from[at] >>> (2 * COUNT_BITS + STEP_BITS + PRIORITY_BITS + 1) == 0;
  }

  /** Whether the candidate was left out because this request had tried it. */
  static boolean isTried(long[] from, int at) {
    return from[at] >>> (2 * COUNT_BITS + STEP_BITS + PRIORITY_BITS + 1) == Obstacle.TRIED.number();
  }

  private static long cut(long value, int bits) {
    return Math.clamp(value, 0L, (1L << bits) - 1);
  }

  private static long hundredths(double value) {
    return cut(Math.round(value * 100), TERM_BITS);
  }

  private static long bits(long from, int shift, int count) {
    return from >>> shift & (1L << count) - 1;
  }
}
