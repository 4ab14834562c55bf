package potluck.gateway.pool;

/** Why an account cannot serve a request now. If several apply, the first is reported. */
public enum Obstacle {
  OFF("switched off by its owner"),
  FOREIGN("belongs to another user and is not shared"),
  NOT_DEDICATED("only the caller's own, unshared accounts were asked for"),
  DIALECT("its provider does not speak the dialect that the request needs"),
  TRIED("was already tried for this request"),
  REVOKED("its credential was refused; its owner must fix it"),
  SPENT("its quota at the provider is used up"),
  RESTING("is in cooldown after a failure or a rate limit"),
  WINDOW("the provider reports that nothing is left of a limit"),
  TRIAL("failed recently and is being tried with one request"),
  RESERVED("the free capacity is reserved for its owner"),
  FULL("runs as many requests as it may");

  private final String description;

  Obstacle(String description) {
    this.description = description;
  }

  public String description() {
    return description;
  }

  /** Whether it ends as soon as a running request ends. */
  boolean endsWithARequest() {
    return this == FULL || this == RESERVED || this == TRIAL;
  }
}
