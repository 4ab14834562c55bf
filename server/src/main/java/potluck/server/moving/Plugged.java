package potluck.server.moving;

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
import potluck.gateway.grant.Tokens;

/** The database of the origin's Plug-in service: accounts and quotas. Used by one thread. */
final class Plugged implements AutoCloseable {
  /** The accounts of its own pool are of this kind. */
  private static final String POOL = "antigravity";

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

  /** Kinds of accounts that later versions keep apart, and some of them in the backend. */
  private static final List<String> OTHERS =
      List.of(
          "antigravity_accounts",
          "kiro_accounts",
          "codex_accounts",
          "qwen_accounts",
          "gemini_cli_accounts",
          "zai_tts_accounts",
          "zai_image_accounts");

  private final Rows rows;
  private final Map<String, String> providers;

  Plugged(Rows rows, Map<String, String> providers) throws IOException {
    this.rows = rows;
    this.providers = providers;
    for (String table : List.of("users", "accounts", "user_shared_quota_pool")) {
      if (!rows.has(table)) {
        rows.close();
        throw new IOException(
            "there is no table " + table + " in it: is it the Plug-in service's database?");
      }
    }
  }

  /** Who prefers the shared pool, by its names for users. */
  Map<String, Boolean> preferences() throws IOException {
    Map<String, Boolean> preferences = new HashMap<>();
    rows.each(
        "users",
        List.of("user_id", "prefer_shared"),
        row -> preferences.put(row.text("user_id", ""), row.flag("prefer_shared", false)));
    return preferences;
  }

  /** Users that the backend does not know. */
  void strangers(Map<String, String> owners, Source.Sink sink) throws IOException {
    rows.each(
        "users",
        List.of("user_id", "name"),
        row -> {
          if (!owners.containsKey(row.text("user_id", ""))) {
            sink.leave(
                row.text("name", row.text("user_id", "")),
                "only the Plug-in service knows them: they have no login to come with");
          }
        });
  }

  void accounts(Map<String, String> owners, Source.Sink sink) throws IOException {
    Map<String, List<String>> models = models();
    rows.each("accounts", ACCOUNTS, row -> account(row, owners, models, sink));
    imitations(rows, sink);
  }

  /** Accounts that can never come, each with the reason. */
  static void imitations(Rows rows, Source.Sink sink) throws IOException {
    for (String table : OTHERS) {
      String kind = table.replace("_accounts", "").replace('_', '-');
      rows.each(
          table,
          List.of("account_id", "id", "account_name", "name"),
          row ->
              sink.leave(
                  row.text("account_name", row.text("name", row.text("id", "account")))
                      + " ("
                      + kind
                      + ")",
                  imitated(kind)));
    }
  }

  private static String imitated(String kind) {
    return "a grant to the program "
        + kind
        + ", which Potluck does not imitate: bring an API key, or consent by a client of your own";
  }

  private Map<String, List<String>> models() throws IOException {
    Map<String, List<String>> models = new HashMap<>();
    rows.each(
        "model_quotas",
        List.of("cookie_id", "model_name"),
        row ->
            models
                .computeIfAbsent(row.text("cookie_id", ""), _ -> new ArrayList<>())
                .add(row.text("model_name", "")));
    return models;
  }

  private void account(
      Row row, Map<String, String> owners, Map<String, List<String>> models, Source.Sink sink) {
    String id = row.text("cookie_id", "");
    String name = row.text("name", "account");
    @Nullable String provider = providers.get(POOL);
    if (provider == null) {
      sink.leave(name + " (" + id + ")", imitated(POOL));
      return;
    }
    String refresh = row.text("refresh_token", "");
    long expires = row.number("expires_at");
    sink.take(
        new Found.Account(
            id,
            owners.getOrDefault(row.text("user_id", ""), "of the Plug-in service"),
            id,
            provider,
            name,
            "",
            new Tokens(
                    new Secret(row.text("access_token", "")),
                    refresh.isEmpty() ? null : new Secret(refresh),
                    expires <= 0 ? null : Instant.ofEpochMilli(expires))
                .credential(),
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
   * What is left to each user; nothing of those whose shared accounts come along, because these
   * bring it anew.
   */
  void quotas(Map<String, String> owners, Source.Sink sink) throws IOException {
    Set<String> bringing = new HashSet<>();
    if (providers.containsKey(POOL)) {
      rows.each(
          "accounts",
          List.of("cookie_id", "user_id", "is_shared", "status"),
          row -> {
            if (row.flag("is_shared", false) && row.flag("status", true)) {
              bringing.add(row.text("user_id", ""));
            }
          });
    }
    rows.each(
        "user_shared_quota_pool",
        List.of("pool_id", "user_id", "model_name", "quota"),
        row -> quota(row, owners, bringing, sink));
  }

  private static void quota(
      Row row, Map<String, String> owners, Set<String> bringing, Source.Sink sink) {
    String user = row.text("user_id", "");
    String model = row.text("model_name", "");
    double left = row.fraction("quota");
    String owner = owners.getOrDefault(user, "of the Plug-in service");
    String label = model + " of user " + owner;
    if (left <= 0) {
      sink.leave(label, "nothing of it is left");
    } else if (bringing.contains(user)) {
      sink.leave(label, "the accounts that they share bring it anew");
    } else {
      sink.take(new Found.Quota(row.text("pool_id", ""), owner, model, left));
    }
  }

  /** Nothing more is read. */
  void release() throws IOException {
    rows.release();
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
