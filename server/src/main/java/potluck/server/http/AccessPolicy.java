package potluck.server.http;

/** Who may call a route. Every route has one; there is no default. */
public enum AccessPolicy {
  /** Anybody, without a credential. */
  PUBLIC,
  /** A user with an access token. */
  USER,
  /** An administrator or an auditor with an access token: it reads, and changes nothing. */
  AUDIT,
  /** An administrator with an access token. */
  ADMIN,
  /** An older backend with the admin key that the house has set for it. */
  SERVICE,
  /**
   * A user with an access token, or an older backend with the key that was made for its user: it
   * looks after that user's accounts.
   */
  PLUGIN,
  /** A user with an API key or an access token, who is not silenced. */
  MODEL
}
