package potluck.gateway.pool;

/** Why an account cannot serve a request now. The first that holds is the one that is told. */
public enum Obstacle {
  OFF("switched off by its owner"),
  FOREIGN("belongs to somebody else and is not shared"),
  NOT_DEDICATED("only the caller's own, unshared accounts were asked for"),
  DIALECT("its provider does not speak what the request needs"),
  TRIED("was tried already"),
  REVOKED("its credential was refused; its owner must mend it"),
  SPENT("its quota at the provider is used up"),
  RESTING("rests after a failure or a limit"),
  WINDOW("the provider says that nothing is left of its limit"),
  TRIAL("failed lately and is being tried with one request"),
  RESERVED("what is free is reserved for its owner"),
  FULL("has as many running requests as it may");

  private final String description;

  Obstacle(String words) {
    this.description = words;
  }

  public String description() {
    return description;
  }

  /** Whether it is over as soon as a running request ends. */
  boolean endsWithARequest() {
    return this == FULL || this == RESERVED || this == TRIAL;
  }
}
