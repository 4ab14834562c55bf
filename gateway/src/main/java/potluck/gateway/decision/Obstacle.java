package potluck.gateway.decision;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why an account cannot serve a request now. If several apply, the first is reported. */
public enum Obstacle {
  OFF(1, "switched off by its owner"),
  FOREIGN(2, "belongs to another user and is not shared"),
  NOT_DEDICATED(3, "only the caller's own, unshared accounts were asked for"),
  DIALECT(4, "its provider does not speak the dialect that the request needs"),
  TRIED(5, "was already tried for this request"),
  REVOKED(6, "its credential was refused; its owner must fix it"),
  SPENT(7, "its quota at the provider is used up"),
  RESTING(8, "is in cooldown after a failure or a rate limit"),
  WINDOW(9, "the provider reports that nothing is left of a limit"),
  TRIAL(10, "failed recently and is being tried with one request"),
  RESERVED(11, "the free capacity is reserved for its owner"),
  FULL(12, "runs as many requests as it may");

  private final int number;
  private final String description;

  /**
   * @param number in journals; it never changes
   */
  Obstacle(int number, String description) {
    this.number = number;
    this.description = description;
  }

  public String description() {
    return description;
  }

  /** Its number in journals, 1 to 31. */
  int number() {
    return number;
  }

  /** The obstacle with this number; empty if it is unknown. */
  static Optional<Obstacle> find(int number) {
    return Arrays.stream(values()).filter(each -> each.number == number).findFirst();
  }

  /** Its name in the API, in lower case. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it ends as soon as a running request ends. */
  public boolean endsWithARequest() {
    return this == FULL || this == RESERVED || this == TRIAL;
  }
}
