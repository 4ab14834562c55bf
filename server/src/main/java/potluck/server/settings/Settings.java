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
import potluck.gateway.login.LoginProvider;

/**
 * What the operator decided, checked and typed. Immutable. Times are durations, sizes bytes.
 *
 * @param databaseSilence that somebody who waits may be kept by the database
 */
public record Settings(
    Listen listen,
    Path home,
    Optional<String> databaseUrl,
    Duration databaseSilence,
    Optional<URI> redis,
    Tokens tokens,
    Admin admin,
    Upstreams upstreams,
    Plugin plugin,
    Limits limits,
    Shutdown shutdown,
    Logs logs,
    Doors doors,
    ForeignLogins foreign,
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
   * @param guestsKey the admin key of older backends that have their pool here; empty for none
   */
  public record Plugin(Optional<PluginService> service, Optional<Secret> guestsKey) {}

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
   * @param publicBodyBytes of a body where anybody may call
   * @param bodiesPercent of the memory that bodies may take
   * @param jsonDepth of requests to models
   * @param answerBytes of answers that are no streams
   * @param headers lines of a head
   * @param uriBytes of a first line
   */
  public record Limits(
      long bodyBytes,
      long publicBodyBytes,
      int bodiesPercent,
      int jsonDepth,
      long answerBytes,
      int headerBytes,
      int headers,
      int uriBytes,
      Connected connected,
      Guessing guessing) {}

  /**
   * @param most connections
   * @param mostOfOne address
   * @param head how long one may take
   * @param stall without progress
   * @param stallBytes what progress is
   * @param keepAlive between requests
   */
  public record Connected(
      int most,
      int mostOfOne,
      Duration head,
      Duration stall,
      long stallBytes,
      Duration keepAlive) {}

  /**
   * @param free failures at a name
   * @param longestWait after more
   * @param ofAnAddress failures in a minute
   * @param mostWaiting for a password to be checked
   */
  public record Guessing(int free, Duration longestWait, int ofAnAddress, int mostWaiting) {}

  /**
   * @param ccWhole whether streams of {@code /cc} are held back until their usage is known
   * @param pulse silence after which a stream gets a sign of life
   */
  public record Streams(boolean ccWhole, Duration pulse) {}

  /**
   * @param unit share, usd or tokens
   * @param accountUsd what the whole quota of one account is worth
   * @param groups empty for the usual ones
   * @param retentionDays that rows of usage are kept; 0 for ever
   * @param bodies whether what was asked is kept, for so many days
   */
  public record Quotas(
      boolean enforced,
      String unit,
      long accountUsd,
      long basePercent,
      long baseHourlyPercent,
      long hourlyPercent,
      Duration patience,
      String groups,
      Optional<Path> prices,
      long retentionDays,
      boolean bodies,
      long bodyDays) {}

  /**
   * @param mostWaiting requests that may wait for a busy account
   * @param turnPatience how long one may
   * @param attempts accounts that one request may try
   * @param retryPercent of requests may be tried again
   * @param longestRest of an account
   * @param affinity how long a conversation prefers an account
   * @param conversations that are remembered
   */
  public record Pooling(
      int mostWaiting,
      Duration turnPatience,
      int attempts,
      int retryPercent,
      Duration longestRest,
      Duration affinity,
      int conversations) {}

  /**
   * @param checkUsername whether anybody may ask which names are taken
   * @param mostKeys that a user may have
   * @param mostAccounts that a user may bring
   * @param trustedProxies networks
   * @param corsOrigins exact
   */
  public record Doors(
      Registration.Mode registration,
      boolean checkUsername,
      int mostKeys,
      int mostAccounts,
      List<String> trustedProxies,
      List<String> corsOrigins) {}

  /**
   * Other houses that people may log in with.
   *
   * @param newUsers whether somebody who comes for the first time becomes a user
   * @param redirect where they send people back to
   */
  public record ForeignLogins(boolean newUsers, String redirect, List<LoginProvider> houses) {}

  public record Shutdown(Duration accept, Duration drain) {}

  public record Logs(String level, boolean json) {}

  /**
   * @param environment what the process was given
   * @param folder where {@code .env} may lie; the environment goes before it
   * @throws BadSettings with all that is wrong
   */
  public static Settings load(Map<String, String> environment, Path folder) {
    return read(environment, folder, HouseSecrets::new);
  }

  /**
   * The same, and nothing is made or changed on the way: a secret that is missing stays missing,
   * and stands here as one that opens nothing.
   *
   * @throws BadSettings with all that is wrong
   */
  public static Settings look(Map<String, String> environment, Path folder) {
    return read(environment, folder, HouseSecrets::untouched);
  }

  private static Settings read(
      Map<String, String> environment, Path folder, Function<Path, HouseSecrets> houses) {
    return new Reading(DotEnv.over(environment, folder.resolve(".env")), folder).settings(houses);
  }
}
