package potluck.server.importing;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.gateway.grant.OAuthTokens;

/** The database of AntiHub's Plug-in service: accounts and quotas. For one thread. */
final class PluginServiceSource implements AutoCloseable {
  /** The kind of its own pool's accounts. */
  private static final String POOL_KIND = "antigravity";

  private static final List<String> ACCOUNTS =
      List.of(
          "cookie_id",
          "user_id",
          "is_shared",
          "access_token",
          "refresh_token",
          "expires_at",
          "status",
          "name");

  /**
   * Kinds of accounts that later versions keep in tables of their own, some of them in the backend.
   */
  private static final List<String> OTHER_KINDS =
      List.of(
          "antigravity_accounts",
          "kiro_accounts",
          "codex_accounts",
          "qwen_accounts",
          "gemini_cli_accounts",
          "zai_tts_accounts",
          "zai_image_accounts");

  private final SourceTables tables;
  private final Map<String, String> providers;

  PluginServiceSource(SourceTables rows, Map<String, String> providers) throws IOException {
    this.tables = rows;
    this.providers = providers;
    for (String table : List.of("users", "accounts", "user_shared_quota_pool")) {
      if (!rows.has(table)) {
        rows.close();
        throw new IOException(
            "There is no table " + table + ": is this the Plug-in service's database?");
      }
    }
  }

  /** Who prefers the shared pool, by the service's user ids. */
  Map<String, Boolean> preferences() throws IOException {
    Map<String, Boolean> preferences = new HashMap<>();
    tables.each(
        "users",
        List.of("user_id", "prefer_shared"),
        row -> preferences.put(row.text("user_id", ""), row.flag("prefer_shared", false)));
    return preferences;
  }

  /** Skips users that the backend does not know. */
  void skipUnknownUsers(Map<String, String> owners, ImportSource.Sink sink) throws IOException {
    tables.each(
        "users",
        List.of("user_id", "name"),
        row -> {
          if (!owners.containsKey(row.text("user_id", ""))) {
            sink.skip(
                row.text("name", row.text("user_id", "")),
                "only the Plug-in service knows this user, who has no login");
          }
        });
  }

  void accounts(Map<String, String> owners, ImportSource.Sink sink) throws IOException {
    Map<String, List<String>> models = models();
    tables.each("accounts", ACCOUNTS, row -> account(row, owners, models, sink));
    skipUnsupported(tables, sink);
  }

  /** Skips accounts that cannot be imported, each with the reason. */
  static void skipUnsupported(SourceTables rows, ImportSource.Sink sink) throws IOException {
    for (String table : OTHER_KINDS) {
      String kind = table.replace("_accounts", "").replace('_', '-');
      rows.each(
          table,
          List.of("account_id", "id", "account_name", "name"),
          row ->
              sink.skip(
                  row.text("account_name", row.text("name", row.text("id", "account")))
                      + " ("
                      + kind
                      + ")",
                  unsupportedReason(kind)));
    }
  }

  private static String unsupportedReason(String kind) {
    return "a grant to the program "
        + kind
        + ", which Potluck does not imitate; add an API key, or consent with a client of your own";
  }

  private Map<String, List<String>> models() throws IOException {
    Map<String, List<String>> models = new HashMap<>();
    tables.each(
        "model_quotas",
        List.of("cookie_id", "model_name"),
        row ->
            models
                .computeIfAbsent(row.text("cookie_id", ""), _ -> new ArrayList<>())
                .add(row.text("model_name", "")));
    return models;
  }

  private void account(
      SourceRow row,
      Map<String, String> owners,
      Map<String, List<String>> models,
      ImportSource.Sink sink) {
    String id = row.text("cookie_id", "");
    String name = row.text("name", "account");
    @Nullable String provider = providers.get(POOL_KIND);
    if (provider == null) {
      sink.skip(name + " (" + id + ")", unsupportedReason(POOL_KIND));
      return;
    }
    String refresh = row.text("refresh_token", "");
    long expires = row.number("expires_at");
    sink.accept(
        new SourceRecord.SourceAccount(
            id,
            owners.getOrDefault(row.text("user_id", ""), "of the Plug-in service"),
            id,
            provider,
            name,
            "",
            new OAuthTokens(
                    new Secret(row.text("access_token", "")),
                    refresh.isEmpty() ? null : new Secret(refresh),
                    expires <= 0 ? null : Instant.ofEpochMilli(expires))
                .toSecret(),
            models.getOrDefault(id, List.of()),
            Map.of(),
            row.flag("is_shared", false),
            row.flag("status", true),
            0,
            1,
            0,
            List.of()));
  }

  /**
   * Remaining quotas. Users whose shared accounts are imported get none, because these accounts add
   * quota again.
   */
  void quotas(Map<String, String> owners, ImportSource.Sink sink) throws IOException {
    Set<String> sharingUsers = new HashSet<>();
    if (providers.containsKey(POOL_KIND)) {
      tables.each(
          "accounts",
          List.of("cookie_id", "user_id", "is_shared", "status"),
          row -> {
            if (row.flag("is_shared", false) && row.flag("status", true)) {
              sharingUsers.add(row.text("user_id", ""));
            }
          });
    }
    tables.each(
        "user_shared_quota_pool",
        List.of("pool_id", "user_id", "model_name", "quota"),
        row -> quota(row, owners, sharingUsers, sink));
  }

  private static void quota(
      SourceRow row, Map<String, String> owners, Set<String> sharingUsers, ImportSource.Sink sink) {
    String user = row.text("user_id", "");
    String model = row.text("model_name", "");
    double left = row.fraction("quota");
    String owner = owners.getOrDefault(user, "of the Plug-in service");
    String label = model + " of user " + owner;
    if (left <= 0) {
      sink.skip(label, "nothing of it is left");
    } else if (sharingUsers.contains(user)) {
      sink.skip(label, "the accounts that this user shares add it again");
    } else {
      sink.accept(new SourceRecord.SourceQuota(row.text("pool_id", ""), owner, model, left));
    }
  }

  /** Ends the snapshot. */
  void release() throws IOException {
    tables.endSnapshot();
  }

  @Override
  public void close() throws IOException {
    tables.close();
  }
}
