package potluck.server.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import potluck.gateway.account.Secret;
import potluck.gateway.login.IdentityProvider;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.upstream.Timeouts;

/**
 * All settings, checked. What is more than one value of one type (addresses, secrets, providers)
 * has a record here; everything else is read by its consumer from {@link #values}. Immutable.
 *
 * @param values each setting in its own type
 * @param home the data folder, absolute
 * @param databaseUrl the operator's PostgreSQL; empty for the embedded one
 * @param redis the operator's Redis or Valkey; empty for none
 * @param warnings what the operator should know, such as names that are not settings
 */
public record Settings(
    SettingValues values,
    Path home,
    Optional<String> databaseUrl,
    Optional<URI> redis,
    Tokens tokens,
    Admin admin,
    Upstreams upstreams,
    Plugin plugin,
    ExternalLogins externalLogins,
    Optional<Telemetry> telemetry,
    List<String> warnings) {

  /**
   * The addresses to listen on.
   *
   * @param port 0 takes any free port
   * @param metricsPort 0 for no metrics
   */
  public record Listen(String host, int port, String metricsHost, int metricsPort) {
    static Listen read(SettingValues values) {
      return new Listen(
          values.text(Setting.HOST),
          values.integer(Setting.PORT),
          values.text(Setting.METRICS_HOST),
          values.integer(Setting.METRICS_PORT));
    }
  }

  /**
   * The keys of the server.
   *
   * @param jwt newest first; the newest signs, the oldest is the root of passwords and API keys
   * @param jwtGiven whether the operator set them; those in {@code data/secrets} are ignored then
   * @param fernet at least one key, newest first
   * @param fernetGiven whether the operator set them
   */
  public record Tokens(
      List<Secret> jwt, boolean jwtGiven, List<Secret> fernet, boolean fernetGiven) {}

  /** The administrator that is created at a start; both values or none. */
  public record Admin(Optional<String> username, Optional<Secret> password) {}

  /**
   * How providers are called.
   *
   * @param catalogue the providers that are built in and the operator's own
   */
  public record Upstreams(Optional<URI> proxy, Timeouts timeouts, Catalogue catalogue) {}

  /**
   * The two sides of the Plug-in API.
   *
   * @param service the service that is the pool; empty for the built-in pool
   * @param serviceAdminKey the admin key with which AntiHub backends use this pool; empty for none
   */
  public record Plugin(Optional<PluginService> service, Optional<Secret> serviceAdminKey) {}

  /**
   * A Plug-in API service that is the pool.
   *
   * @param base without a slash at its end
   */
  public record PluginService(URI base, Secret adminKey) {}

  /**
   * Where traces and metrics are sent.
   *
   * @param headers sent with each export; they hold secrets
   * @param ratio share of the traces that start here, 0 to 1
   */
  public record Telemetry(
      URI endpoint, Map<String, Secret> headers, String service, double ratio) {}

  /**
   * Identity providers that people may log in with.
   *
   * @param createUsers whether a first login creates a user
   * @param redirect where the providers send people back to
   */
  public record ExternalLogins(
      boolean createUsers, String redirect, List<IdentityProvider> providers) {}

  /** The addresses to listen on. */
  public Listen listen() {
    return Listen.read(values);
  }

  /**
   * The address under which users reach the server, without a slash at its end: {@code PUBLIC_URL},
   * or else the listening address as this machine can open it.
   *
   * @param port the port that the server listens on
   */
  public String publicUrl(int port) {
    return PublicUrl.of(values, port);
  }

  /** Where model providers send users back to after their OAuth consent. */
  public String oauthRedirectUrl() {
    return values
        .find(Setting.PLUGIN_OAUTH_REDIRECT_URL)
        .orElseGet(() -> publicUrl(listen().port()) + "/api/plugin-api/oauth/callback");
  }

  /** The file of the log. */
  public Path logFile() {
    return values
        .path(Setting.LOG_FILE)
        .orElseGet(
            () ->
                values.find(Setting.POTLUCK_HOME).isPresent()
                    ? home.resolve("logs/app.log")
                    : home.resolveSibling("logs/app.log"));
  }

  /** Whether the server runs in production: no demo model, no API description. */
  public boolean production() {
    return values.choice(Setting.APP_ENV).equals("production");
  }

  /** Whether the demo model is available. */
  public boolean demo() {
    return values.isTrue(Setting.POTLUCK_DEMO) && !production() && plugin.service().isEmpty();
  }

  /**
   * Loads the settings and creates missing secrets.
   *
   * @param environment of the process
   * @param folder where {@code .env} may be; the environment takes precedence over it
   * @throws InvalidSettings with every problem
   */
  public static Settings load(Map<String, String> environment, Path folder) {
    return read(environment, folder, SecretFiles::new);
  }

  /**
   * Loads the settings and changes nothing on disk: a missing secret stays missing, and is replaced
   * here by one that opens nothing.
   *
   * @throws InvalidSettings with every problem
   */
  public static Settings loadReadOnly(Map<String, String> environment, Path folder) {
    return read(environment, folder, SecretFiles::readOnly);
  }

  private static Settings read(
      Map<String, String> environment, Path folder, Function<Path, SecretFiles> secretFiles) {
    return new SettingsParser(environment, folder).settings(secretFiles);
  }
}
