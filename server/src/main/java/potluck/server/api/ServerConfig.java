package potluck.server.api;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.gateway.key.CidrRanges;
import potluck.server.api.identity.LoginLimits;
import potluck.server.http.ServerLimits;
import potluck.server.settings.Setting;
import potluck.server.settings.SettingValues;
import potluck.server.settings.Settings;

/**
 * The settings of the HTTP API. Immutable.
 *
 * @param port 0 takes any free port
 * @param trustedProxies proxies whose {@code X-Forwarded-For} is used
 * @param corsOrigins of web pages that may read responses
 * @param checkUsername whether anybody may ask if a user name is taken
 * @param maxLiveStreams live streams that a user may have at once
 * @param serveDocs whether the API description is served
 * @param console how the web console is served
 * @param publicUrl what links begin with, without a slash at its end; empty if it is not set
 * @param defaultLanguage {@code en} or {@code zh}, for callers that send no {@code Accept-Language}
 */
public record ServerConfig(
    String host,
    int port,
    ServerLimits limits,
    LoginLimits loginLimits,
    CidrRanges trustedProxies,
    Set<String> corsOrigins,
    boolean checkUsername,
    int maxKeysPerUser,
    int maxLiveStreams,
    boolean serveDocs,
    Console console,
    String defaultLanguage,
    String publicUrl,
    boolean hidePoolNames) {
  /**
   * The web console.
   *
   * @param folder a folder to read it from at every request, for developers; null reads it from the
   *     program
   */
  public record Console(boolean served, @Nullable Path folder) {
    static Console read(SettingValues values) {
      return new Console(
          values.isTrue(Setting.CONSOLE),
          values.find(Setting.CONSOLE_DIR).map(Path::of).orElse(null));
    }
  }

  public static ServerConfig read(Settings settings) {
    SettingValues values = settings.values();
    return new ServerConfig(
        settings.listen().host(),
        settings.listen().port(),
        ServerLimits.read(values),
        LoginLimits.read(values),
        CidrRanges.of(values.list(Setting.TRUSTED_PROXIES)),
        Set.copyOf(values.list(Setting.CORS_ORIGINS)),
        values.isTrue(Setting.CHECK_USERNAME),
        values.integer(Setting.API_KEYS_PER_USER),
        values.integer(Setting.LIVE_STREAMS_PER_USER),
        !settings.production(),
        Console.read(values),
        values.choice(Setting.LANGUAGE),
        values.find(Setting.PUBLIC_URL).isPresent() ? settings.publicUrl(0) : "",
        values.choice(Setting.POOL_NAMES).equals("hidden"));
  }
}
