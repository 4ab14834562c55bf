package potluck.server.moving;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Fernet;
import potluck.gateway.account.Secret;
import potluck.gateway.quota.Limits;

/**
 * The house that this one takes the place of: its backend's database, and that of its Plug-in
 * service, where it has one. Used by one thread.
 */
public final class Origin implements Source {
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

  private static final int MOST_ERROR = 2000;

  private final Rows backend;
  private final @Nullable Plugged plugged;
  private final List<Fernet> keys;

  /** The users of the backend, by what its Plug-in service calls them. */
  private final Map<String, String> owners = new HashMap<>();

  private final Map<String, String> pluginIds = new HashMap<>();

  private Origin(Rows backend, @Nullable Plugged plugged, List<Fernet> keys) throws IOException {
    this.backend = backend;
    this.plugged = plugged;
    this.keys = keys;
    for (String table : List.of("users", "api_keys")) {
      if (!backend.has(table)) {
        throw new IOException(
            "there is no table " + table + " in it: is it the backend's database?");
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
   * @param from the backend's database
   * @param plugin the Plug-in service's; null where there is none
   * @param providers which of our providers take the accounts of which of its kinds, such as {@code
   *     antigravity}
   * @param fernet that may open the keys that the backend has sealed
   */
  public static Origin open(
      String from, @Nullable String plugin, Map<String, String> providers, List<Secret> fernet)
      throws IOException {
    List<Fernet> keys =
        fernet.stream().map(key -> new Fernet(key, java.time.Clock.systemUTC())).toList();
    Rows backend = JdbcRows.postgres(from);
    try {
      @Nullable Plugged plugged =
          plugin == null ? null : new Plugged(JdbcRows.postgres(plugin), providers);
      return new Origin(backend, plugged, keys);
    } catch (IOException | RuntimeException e) {
      backend.close();
      throw e;
    }
  }

  @Override
  public String kind() {
    return "origin";
  }

  @Override
  public void read(Kind kind, Sink sink) throws IOException {
    switch (kind) {
      case USER -> {
        Map<String, Boolean> preferences = plugged == null ? Map.of() : plugged.preferences();
        backend.each("users", USERS, row -> sink.take(person(row, preferences)));
        if (plugged != null) {
          plugged.strangers(owners, sink);
        }
      }
      case LOGIN -> backend.each("users", USERS, row -> login(row, sink));
      case KEY -> {
        backend.each("api_keys", KEYS, row -> sink.take(key(row)));
        backend.each("plugin_api_keys", PLUGIN_KEYS, row -> pluginKey(row, sink));
      }
      case ACCOUNT -> {
        plugged(it -> it.accounts(owners, sink));
        Plugged.imitations(backend, sink);
      }
      case QUOTA -> plugged(it -> it.quotas(owners, sink));
      case ROUTE -> {}
      case USAGE -> {
        // It only grows, and may take long: it needs no moment of its own.
        backend.release();
        plugged(Plugged::release);
        backend.each("usage_logs", USAGE, row -> use(row, sink));
      }
    }
  }

  private interface Asking {
    void of(Plugged plugged) throws IOException;
  }

  private void plugged(Asking asking) throws IOException {
    if (plugged != null) {
      asking.of(plugged);
    }
  }

  private Found.Person person(Row row, Map<String, Boolean> preferences) {
    String id = row.text("id", "");
    @Nullable String plugin = pluginIds.get(id);
    return new Found.Person(
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
        Limits.NONE);
  }

  private static @Nullable UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Its {@code oauth_id} is {@code provider:subject}. */
  private static void login(Row row, Sink sink) {
    String[] halves = row.text("oauth_id", "").split(":", 2);
    if (halves.length == 2) {
      sink.take(
          new Found.Login(row.text("oauth_id", ""), row.text("id", ""), halves[0], halves[1]));
    }
  }

  private static Found.Key key(Row row) {
    return new Found.Key(
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
        Limits.NONE);
  }

  /** What a user's own programs may have called the Plug-in service with. */
  private void pluginKey(Row row, Sink sink) {
    String label = "plug-in key of user " + row.text("user_id");
    @Nullable Secret text = opened(row.text("api_key", ""));
    if (text == null) {
      sink.leave(
          label,
          keys.isEmpty()
              ? "it is sealed: give the backend's PLUGIN_API_ENCRYPTION_KEY with --fernet-key-file"
              : "no key that was given opens it: it is damaged, or sealed with another one");
      return;
    }
    sink.take(
        new Found.Key(
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
            Limits.NONE));
  }

  private @Nullable Secret opened(String sealed) {
    for (Fernet key : keys) {
      java.util.Optional<byte[]> plain = key.decrypt(sealed);
      if (plain.isPresent()) {
        return new Secret(new String(plain.get(), java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    return null;
  }

  private static void use(Row row, Sink sink) {
    java.time.@Nullable Instant at = row.time("created_at");
    if (at == null) {
      sink.leave("request " + row.text("id"), "it has no time");
      return;
    }
    boolean success = row.flag("success", true);
    String error = row.text("error_message", "");
    sink.take(
        new Found.Use(
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
            error.isEmpty() ? null : error.substring(0, Math.min(error.length(), MOST_ERROR)),
            Math.max(0, row.number("input_tokens")),
            Math.max(0, row.number("output_tokens")),
            Math.max(0, row.fraction("quota_consumed")),
            Math.max(0, row.number("duration_ms")),
            at));
  }

  @Override
  public void close() throws IOException {
    try (backend) {
      if (plugged != null) {
        plugged.close();
      }
    }
  }
}
