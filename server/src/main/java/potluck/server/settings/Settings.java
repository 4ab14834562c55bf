package potluck.server.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import potluck.gateway.account.Secret;
import potluck.gateway.identity.Registration;
import potluck.gateway.login.IdentityProvider;

/**
 * What the operator decided, checked and typed. Immutable. Times are durations, sizes bytes.
 *
 * @param databaseTimeout that somebody who waits may be kept by the database
 */
public record Settings(
    Listen listen,
    Path home,
    Optional<String> databaseUrl,
    Duration databaseTimeout,
    Optional<URI> redis,
    Tokens tokens,
    Admin admin,
    Upstreams upstreams,
    Plugin plugin,
    Limits limits,
    Shutdown shutdown,
    Logs logs,
    Access access,
    ExternalLogins externalLogins,
    Streams streams,
    Quotas quotas,
    Pooling pooling,
    Optional<Telemetry> telemetry,
    boolean production,
    boolean demo) {

  /**
   * @param metricsPort 0 for none
   */
  public record Listen(String host, int port, String metricsHost, int metricsPort) {}

  /**
   * @param endOnReuse whether any late reuse of a refresh token ends its session
   * @param jwt newest first; the newest signs, the oldest keeps passwords and API keys
   * @param jwtGiven whether the operator gave them; those in {@code data/secrets} do not count then
   * @param fernet at least one key, newest first
   * @param fernetGiven whether the operator gave them
   */
  public record Tokens(
      List<Secret> jwt,
      boolean jwtGiven,
      Duration accessLife,
      Duration refreshLife,
      Duration refreshGrace,
      boolean endOnReuse,
      List<Secret> fernet,
      boolean fernetGiven) {}

  public record Admin(Optional<String> username, Optional<Secret> password) {}

  /**
   * @param providers the text of the operator's own file of providers, already checked
   * @param consentRedirect where providers send people back to who have consented to an account
   */
  public record Upstreams(
      String allowedHosts,
      Optional<URI> proxy,
      Duration connect,
      Duration firstByte,
      Duration idle,
      Duration total,
      Optional<String> providers,
      String consentRedirect) {}

  /**
   * @param service the one that is the pool; empty for the built-in pool
   * @param serviceAdminKey the admin key of older backends that have their pool here; empty for
   *     none
   */
  public record Plugin(Optional<PluginService> service, Optional<Secret> serviceAdminKey) {}

  /**
   * @param base without a slash at its end
   */
  public record PluginService(URI base, Secret adminKey) {}

  /**
   * Where traces and metrics go.
   *
   * @param headers sent along; they hold secrets
   * @param ratio of the traces that begin here, 0 to 1
   */
  public record Telemetry(
      URI endpoint, Map<String, Secret> headers, String service, double ratio) {}

  /**
   * @param maxPublicBodyBytes of a body where anybody may call
   * @param maxBodiesPercent of the memory that bodies may take
   * @param maxJsonDepth of requests to models
   * @param maxAnswerBytes of answers that are no streams
   * @param maxHeaders lines of a head
   * @param maxUriBytes of a first line
   */
  public record Limits(
      long maxBodyBytes,
      long maxPublicBodyBytes,
      int maxBodiesPercent,
      int maxJsonDepth,
      long maxAnswerBytes,
      int maxHeaderBytes,
      int maxHeaders,
      int maxUriBytes,
      Connected connected,
      LoginAttempts loginAttempts) {}

  /**
   * @param maxConnections connections
   * @param maxPerAddress address
   * @param headTimeout how long one may take
   * @param stallTimeout without progress
   * @param minBytesPerStallTimeout what progress is
   * @param keepAlive between requests
   */
  public record Connected(
      int maxConnections,
      int maxPerAddress,
      Duration headTimeout,
      Duration stallTimeout,
      long minBytesPerStallTimeout,
      Duration keepAlive) {}

  /**
   * @param freeFailures failures at a name
   * @param maxWait after more
   * @param maxFailuresPerAddress failures in a minute
   * @param maxWaiting for a password to be checked
   */
  public record LoginAttempts(
      int freeFailures, Duration maxWait, int maxFailuresPerAddress, int maxWaiting) {}

  /**
   * @param bufferClaudeCode whether streams of {@code /cc} are held back until their usage is known
   * @param keepAlive silence after which a stream gets a sign of life
   */
  public record Streams(boolean bufferClaudeCode, Duration keepAlive) {}

  /**
   * @param unit share, usd or tokens
   * @param accountUsd what the whole quota of one account is worth
   * @param groups empty for the usual ones
   * @param retentionDays that rows of usage are kept; 0 for ever
   * @param keepBodies whether what was asked is kept, for so many days
   */
  public record Quotas(
      boolean enforced,
      String unit,
      long accountUsd,
      long basePercent,
      long baseHourlyPercent,
      long hourlyPercent,
      Duration maxWait,
      String groups,
      Optional<Path> prices,
      long retentionDays,
      boolean keepBodies,
      long bodyDays) {}

  /**
   * @param maxWaiting requests that may wait for a busy account
   * @param maxWait how long one may
   * @param attempts accounts that one request may try
   * @param retryPercent of requests may be tried again
   * @param maxCooldown of an account
   * @param affinity how long a conversation prefers an account
   * @param maxConversations that are remembered
   */
  public record Pooling(
      int maxWaiting,
      Duration maxWait,
      int attempts,
      int retryPercent,
      Duration maxCooldown,
      Duration affinity,
      int maxConversations) {}

  /**
   * @param checkUsername whether anybody may ask which names are taken
   * @param maxKeysPerUser that a user may have
   * @param maxAccountsPerUser that a user may bring
   * @param trustedProxies networks
   * @param corsOrigins exact
   */
  public record Access(
      Registration.Mode registration,
      boolean checkUsername,
      int maxKeysPerUser,
      int maxAccountsPerUser,
      List<String> trustedProxies,
      List<String> corsOrigins) {}

  /**
   * Other houses that people may log in with.
   *
   * @param createUsers whether somebody who comes for the first time becomes a user
   * @param redirect where they send people back to
   */
  public record ExternalLogins(
      boolean createUsers, String redirect, List<IdentityProvider> providers) {}

  public record Shutdown(Duration accept, Duration drain) {}

  public record Logs(String level, boolean json) {}

  /**
   * @param environment what the process was given
   * @param folder where {@code .env} may lie; the environment goes before it
   * @throws InvalidSettings with all that is wrong
   */
  public static Settings load(Map<String, String> environment, Path folder) {
    return read(environment, folder, SecretFiles::new);
  }

  /**
   * The same, and nothing is made or changed on the way: a secret that is missing stays missing,
   * and stands here as one that opens nothing.
   *
   * @throws InvalidSettings with all that is wrong
   */
  public static Settings loadReadOnly(Map<String, String> environment, Path folder) {
    return read(environment, folder, SecretFiles::readOnly);
  }

  private static Settings read(
      Map<String, String> environment, Path folder, Function<Path, SecretFiles> houses) {
    return new SettingsParser(DotEnv.mergedWith(environment, folder.resolve(".env")), folder)
        .settings(houses);
  }
}
