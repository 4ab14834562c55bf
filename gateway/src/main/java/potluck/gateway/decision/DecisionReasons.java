package potluck.gateway.decision;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Says in one code why a candidate was chosen or not. The rules are those of the pool's choice:
 * preferred kind, then priority, then score, then turns. Stateless.
 */
public final class DecisionReasons {
  /** A term of the score, and what is said if it decided. */
  private enum Term {
    LOAD("least_load", "more_load"),
    WINDOW("most_left", "less_left"),
    ERRORS("fewest_errors", "more_errors"),
    SLOWNESS("fastest", "slower"),
    WARMTH("warm", "not_warm");

    private final String won;
    private final String lost;

    Term(String won, String lost) {
      this.won = won;
      this.lost = lost;
    }

    /** What this term adds to a score. */
    double of(Candidate candidate) {
      return switch (this) {
        case LOAD -> candidate.load();
        case WINDOW -> candidate.window();
        case ERRORS -> 2 * candidate.errors();
        case SLOWNESS -> candidate.slowness();
        case WARMTH -> -candidate.warmth();
      };
    }

    /** The term by which one score is lower than another most. */
    static Term decisive(Candidate lower, Candidate higher) {
      Term most = LOAD;
      for (Term term : values()) {
        if (term.of(higher) - term.of(lower) > most.of(higher) - most.of(lower)) {
          most = term;
        }
      }
      return most;
    }
  }

  private DecisionReasons() {}

  /**
   * @param all all candidates of the decision
   * @param tried ids of the accounts that were tried, in order
   * @return the code of the obstacle; for tried ones {@code only_one}, {@code preferred}, {@code
   *     priority}, {@code least_load}, {@code most_left}, {@code fewest_errors}, {@code fastest},
   *     {@code warm} or {@code turn}; for others that could serve {@code not_preferred}, {@code
   *     lower_priority}, {@code more_load}, {@code less_left}, {@code more_errors}, {@code slower},
   *     {@code not_warm}, {@code later_turn}, or {@code usable} if no account was tried
   */
  public static String reason(Candidate candidate, List<Candidate> all, List<String> tried) {
    int at = tried.indexOf(candidate.account());
    if (at >= 0) {
      List<String> before = tried.subList(0, at);
      return whyChosen(
          candidate,
          all.stream()
              .filter(Candidate::isUsable)
              .filter(other -> !other.account().equals(candidate.account()))
              .filter(other -> !before.contains(other.account()))
              .toList());
    }
    if (candidate.obstacle() != null) {
      return candidate.obstacle().code();
    }
    return tried.isEmpty()
        ? "usable"
        : all.stream()
            .filter(other -> other.account().equals(tried.getLast()))
            .findFirst()
            .map(chosen -> whyNot(candidate, chosen))
            .orElse("later_turn");
  }

  private static String whyChosen(Candidate chosen, List<Candidate> others) {
    if (others.isEmpty()) {
      return "only_one";
    }
    List<Candidate> sameKind = having(others, other -> other.preferred() == chosen.preferred());
    if (sameKind.isEmpty()) {
      return "preferred";
    }
    List<Candidate> rivals =
        having(sameKind, other -> other.priority() == chosen.priority()).stream()
            .sorted(Comparator.comparingInt(Candidate::step))
            .toList();
    if (rivals.isEmpty()) {
      return "priority";
    }
    Candidate best = rivals.getFirst();
    return chosen.step() < best.step() ? Term.decisive(chosen, best).won : "turn";
  }

  private static List<Candidate> having(List<Candidate> all, Predicate<Candidate> condition) {
    return all.stream().filter(condition).toList();
  }

  private static String whyNot(Candidate other, Candidate chosen) {
    if (other.preferred() != chosen.preferred()) {
      return "not_preferred";
    }
    if (other.priority() != chosen.priority()) {
      return "lower_priority";
    }
    return other.step() > chosen.step() ? Term.decisive(chosen, other).lost : "later_turn";
  }
}
