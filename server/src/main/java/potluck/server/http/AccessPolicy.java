package potluck.server.http;

/** Who may call a route. Every route has a policy; there is no default. */
public enum AccessPolicy {
  /** Everybody, without a credential. */
  PUBLIC,
  /** A user with an access token. */
  USER,
  /** An administrator or an auditor with an access token: it reads, and changes nothing. */
  AUDIT,
  /** An administrator with an access token. */
  ADMIN,
  /** An AntiHub backend with the admin key PLUGIN_SERVICE_ADMIN_KEY. */
  SERVICE,
  /**
   * A user with an access token, or an AntiHub backend with the key of its user, which manages that
   * user's accounts.
   */
  PLUGIN,
  /** A user with an API key or an access token, who is not silenced. */
  MODEL
}
