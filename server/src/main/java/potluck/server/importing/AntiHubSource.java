package potluck.server.importing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Fernet;
import potluck.gateway.account.Secret;
import potluck.gateway.quota.UsageLimits;

/**
 * AntiHub, the system that Potluck re-creates: the database of its backend, and optionally that of
 * its Plug-in service. For one thread.
 */
public final class AntiHubSource implements ImportSource {
  private static final List<String> USERS =
      List.of(
          "id",
          "username",
          "password_hash",
          "oauth_id",
          "avatar_url",
          "trust_level",
          "is_active",
          "is_silenced",
          "beta",
          "use_only_dedicated",
          "created_at",
          "last_login_at");
  private static final List<String> KEYS =
      List.of(
          "id",
          "user_id",
          "key",
          "name",
          "description",
          "config_type",
          "is_active",
          "created_at",
          "last_used_at",
          "expires_at");
  private static final List<String> PLUGIN_KEYS =
      List.of(
          "id", "user_id", "api_key", "plugin_user_id", "is_active", "created_at", "last_used_at");
  private static final List<String> USAGE =
      List.of(
          "id",
          "user_id",
          "api_key_id",
          "endpoint",
          "method",
          "model_name",
          "config_type",
          "client_app",
          "stream",
          "quota_consumed",
          "input_tokens",
          "output_tokens",
          "success",
          "status_code",
          "error_message",
          "duration_ms",
          "created_at");

  private static final int MAX_ERROR_LENGTH = 2000;

  private final SourceTables backend;
  private final @Nullable PluginServiceSource pluginService;
  private final List<Fernet> keys;

  /** The backend's users by their id in the Plug-in service. */
  private final Map<String, String> owners = new HashMap<>();

  private final Map<String, String> pluginIds = new HashMap<>();

  private AntiHubSource(
      SourceTables backend, @Nullable PluginServiceSource pluginServiceSource, List<Fernet> keys)
      throws IOException {
    this.backend = backend;
    this.pluginService = pluginServiceSource;
    this.keys = keys;
    for (String table : List.of("users", "api_keys")) {
      if (!backend.has(table)) {
        throw new IOException("There is no table " + table + ": is this the backend's database?");
      }
    }
    backend.each(
        "plugin_api_keys",
        PLUGIN_KEYS,
        row -> {
          String plugin = row.text("plugin_user_id", "");
          if (!plugin.isEmpty()) {
            owners.put(plugin, row.text("user_id", ""));
            pluginIds.put(row.text("user_id", ""), plugin);
          }
        });
  }

  /**
   * Opens the databases.
   *
   * @param from the backend's database
   * @param plugin the Plug-in service's; null for none
   * @param providers our provider for each kind of account, such as {@code antigravity}
   * @param fernet keys that may open what the backend encrypted
   */
  public static AntiHubSource open(
      String from, @Nullable String plugin, Map<String, String> providers, List<Secret> fernet)
      throws IOException {
    List<Fernet> keys = fernet.stream().map(key -> new Fernet(key, Clock.systemUTC())).toList();
    SourceTables backend = JdbcTables.postgres(from);
    try {
      @Nullable PluginServiceSource pluginServiceSource =
          plugin == null ? null : new PluginServiceSource(JdbcTables.postgres(plugin), providers);
      return new AntiHubSource(backend, pluginServiceSource, keys);
    } catch (IOException | RuntimeException e) {
      backend.close();
      throw e;
    }
  }

  @Override
  public String kind() {
    return "origin"; // As version 0.1 named it, so that its imports can be repeated.
  }

  @Override
  public void read(RecordKind kind, Sink sink) throws IOException {
    switch (kind) {
      case USER -> {
        Map<String, Boolean> preferences =
            pluginService == null ? Map.of() : pluginService.preferences();
        backend.each("users", USERS, row -> sink.accept(toUser(row, preferences)));
        if (pluginService != null) {
          pluginService.skipUnknownUsers(owners, sink);
        }
      }
      case LOGIN -> backend.each("users", USERS, row -> login(row, sink));
      case KEY -> {
        backend.each("api_keys", KEYS, row -> sink.accept(key(row)));
        backend.each("plugin_api_keys", PLUGIN_KEYS, row -> pluginKey(row, sink));
      }
      case ACCOUNT -> {
        pluginService(it -> it.accounts(owners, sink));
        PluginServiceSource.skipUnsupported(backend, sink);
      }
      case QUOTA -> pluginService(it -> it.quotas(owners, sink));
      case ROUTE -> {}
      case USAGE -> {
        // This table only grows and takes long, so no snapshot is held.
        backend.endSnapshot();
        pluginService(PluginServiceSource::release);
        backend.each("usage_logs", USAGE, row -> readUsage(row, sink));
      }
    }
  }

  private interface PluginServiceTask {
    void run(PluginServiceSource pluginServiceSource) throws IOException;
  }

  private void pluginService(PluginServiceTask asking) throws IOException {
    if (pluginService != null) {
      asking.run(pluginService);
    }
  }

  private SourceRecord.SourceUser toUser(SourceRow row, Map<String, Boolean> preferences) {
    String id = row.text("id", "");
    @Nullable String plugin = pluginIds.get(id);
    return new SourceRecord.SourceUser(
        id,
        row.text("username", ""),
        row.text("password_hash"),
        row.text("avatar_url"),
        Math.clamp(row.number("trust_level"), 0, 9),
        row.flag("is_active", true),
        row.flag("is_silenced", false),
        Math.clamp(row.number("beta"), 0, 1),
        plugin != null && preferences.getOrDefault(plugin, false),
        row.flag("use_only_dedicated", false),
        plugin == null ? null : uuid(plugin),
        row.time("created_at"),
        row.time("last_login_at"),
        UsageLimits.NONE);
  }

  private static @Nullable UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Its {@code oauth_id} is {@code provider:subject}. */
  private static void login(SourceRow row, Sink sink) {
    String[] parts = row.text("oauth_id", "").split(":", 2);
    if (parts.length == 2) {
      sink.accept(
          new SourceRecord.SourceLogin(
              row.text("oauth_id", ""), row.text("id", ""), parts[0], parts[1]));
    }
  }

  private static SourceRecord.SourceKey key(SourceRow row) {
    return new SourceRecord.SourceKey(
        row.text("id", ""),
        row.text("user_id", ""),
        new Secret(row.text("key", "")),
        row.text("name"),
        row.text("description"),
        row.text("config_type", "antigravity"),
        row.flag("is_active", true),
        List.of(),
        List.of(),
        false,
        row.time("expires_at"),
        row.time("created_at"),
        row.time("last_used_at"),
        UsageLimits.NONE);
  }

  /** A key with which a user's programs may have called the Plug-in service. */
  private void pluginKey(SourceRow row, Sink sink) {
    String label = "plug-in key of user " + row.text("user_id");
    @Nullable Secret text = decrypt(row.text("api_key", ""));
    if (text == null) {
      sink.skip(
          label,
          keys.isEmpty()
              ? "it is encrypted: give the backend's PLUGIN_API_ENCRYPTION_KEY with --fernet-key-file"
              : "none of the keys decrypts it: it is damaged, or encrypted with another key");
      return;
    }
    sink.accept(
        new SourceRecord.SourceKey(
            "plugin-" + row.text("id"),
            row.text("user_id", ""),
            text,
            "plug-in",
            null,
            "plugin",
            row.flag("is_active", true),
            List.of(),
            List.of(),
            true,
            null,
            row.time("created_at"),
            row.time("last_used_at"),
            UsageLimits.NONE));
  }

  private @Nullable Secret decrypt(String encrypted) {
    for (Fernet key : keys) {
      Optional<byte[]> decrypted = key.decrypt(encrypted);
      if (decrypted.isPresent()) {
        return new Secret(new String(decrypted.get(), StandardCharsets.UTF_8));
      }
    }
    return null;
  }

  private static void readUsage(SourceRow row, Sink sink) {
    java.time.@Nullable Instant at = row.time("created_at");
    if (at == null) {
      sink.skip("request " + row.text("id"), "it has no time");
      return;
    }
    boolean success = row.flag("success", true);
    String error = row.text("error_message", "");
    sink.accept(
        new SourceRecord.SourceUsage(
            row.text("id", ""),
            row.text("user_id", ""),
            row.text("api_key_id"),
            row.text("endpoint", ""),
            row.text("method", "POST"),
            row.text("model_name", ""),
            row.text("config_type"),
            row.text("client_app"),
            row.flag("stream", false),
            success,
            Math.clamp(row.number("status_code", success ? 200 : 500), 100, 599),
            error.isEmpty() ? null : error.substring(0, Math.min(error.length(), MAX_ERROR_LENGTH)),
            Math.max(0, row.number("input_tokens")),
            Math.max(0, row.number("output_tokens")),
            Math.max(0, row.fraction("quota_consumed")),
            Math.max(0, row.number("duration_ms")),
            at));
  }

  @Override
  public void close() throws IOException {
    try (backend) {
      if (pluginService != null) {
        pluginService.close();
      }
    }
  }
}
