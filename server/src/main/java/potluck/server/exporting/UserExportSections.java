package potluck.server.exporting;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The content of a user export. Columns are listed one by one, excluded ones too, so that a new
 * column is not forgotten.
 */
final class UserExportSections {
  private UserExportSections() {}

  /**
   * A section of the export.
   *
   * @param condition which rows of the table, and their order
   */
  record Section(String name, String table, String columns, String condition) {
    String query() {
      return "SELECT " + columns + " FROM " + table + " " + condition;
    }

    boolean shows(String column) {
      return List.of(columns.split(",\\s*")).contains(column);
    }
  }

  static final Section USER =
      new Section(
          "user",
          "users",
          """
          id, username, avatar_url, trust_level, is_active, is_silenced, is_auditor, beta,
          prefer_shared, use_only_dedicated, plugin_user_id, team_id, accounts_channel,
          usage_channel, created_at, updated_at, last_login_at""",
          "WHERE id = :user");

  static final List<Section> ALL =
      List.of(
          new Section(
              "logins",
              "identities",
              "provider, issuer, subject, created_at",
              "WHERE user_id = :user"),
          new Section(
              "sessions",
              "sessions",
              "id, user_agent, address, created_at, last_seen_at, expires_at, ended_at, ended_because",
              "WHERE user_id = :user ORDER BY created_at"),
          new Section(
              "api_keys",
              "api_keys",
              """
              id, preview, name, description, config_type, is_active, allowed_models,
              allowed_addresses, only_dedicated, opens_plugin, from_elsewhere, created_at,
              last_used_at, expires_at, previous_until""",
              "WHERE user_id = :user AND NOT loopback_only ORDER BY id"),
          new Section(
              "limits",
              "limits",
              "scope, id, limits",
              """
              WHERE (scope = 'user' AND id = :user)
                OR (scope = 'key' AND id IN (SELECT id FROM api_keys WHERE user_id = :user))
                OR (scope = 'team' AND id = (SELECT team_id FROM users WHERE id = :user))"""),
          new Section(
              "team",
              "teams",
              "id, name, created_at",
              "WHERE id = (SELECT team_id FROM users WHERE id = :user)"),
          new Section(
              "accounts",
              "accounts",
              """
              cookie_id, provider, name, base_url, models, model_map, models_off, is_shared,
              enabled, priority, weight, max_concurrency, reserve, standing, standing_at,
              standing_until, standing_why, failing_since, tested_at, last_used_at, created_at,
              updated_at""",
              "WHERE user_id = :user ORDER BY created_at"),
          new Section(
              "plugin_seat",
              "plugin_users",
              "id, cookie_id, base_url, plugin_user_id, asked_at, created_at, updated_at, last_used_at",
              "WHERE user_id = :user"),
          new Section(
              "invitations",
              "invitations",
              "id, preview, uses, uses_left, expires_at, created_at",
              "WHERE made_by = :user ORDER BY id"),
          new Section(
              "standing_history",
              "standing_history",
              "id, cookie_id, provider, standing, until, at",
              "WHERE cookie_id IN (SELECT cookie_id FROM accounts WHERE user_id = :user) ORDER BY id"),
          new Section(
              "contributions",
              "contributions",
              "cookie_id, model_group, active, taken, given, owed",
              "WHERE user_id = :user"),
          new Section(
              "quotas",
              "quotas",
              "pool_id, model_group, balance, ceiling, rate, recovered_at, updated_at",
              "WHERE user_id = :user ORDER BY model_group"),
          new Section(
              "grants",
              "grants",
              "id, model_group, amount, used, expires_at, why, created_at",
              "WHERE user_id = :user ORDER BY id"),
          new Section(
              "came_from",
              "imports",
              "source, foreign_id, at",
              "WHERE kind = 'user' AND our_id = :user::text"),
          new Section(
              "audit",
              "audit",
              "id, at, action, object, details, address",
              "WHERE actor = :user ORDER BY id"),
          new Section(
              "entries",
              "entries",
              "id, transfer, book, model_group, amount, why, at",
              "WHERE user_id = :user ORDER BY id"),
          new Section(
              "usage_before",
              "usage_before",
              "key_id, requests, tokens, cost",
              "WHERE user_id = :user ORDER BY key_id"),
          new Section(
              "kept_questions",
              "request_bodies",
              "request_id, at, headers, body",
              "WHERE user_id = :user ORDER BY at"),
          new Section(
              "usage",
              "usage",
              """
              id, request_id, client_request_id, key_id, endpoint, method, model_name, config_type,
              client_app, stream, success, estimated, status_code, error_message, cookie_id,
              is_shared, input_tokens, cached_tokens, written_tokens, output_tokens,
              reasoning_tokens, quota_consumed, model_group, cost_micros, reported_cost_micros,
              cost_disputed, disputed,
              reported_input_tokens, reported_output_tokens, first_byte_ms, duration_ms, attempts,
              waited_ms, created_at""",
              "WHERE user_id = :user ORDER BY created_at, id"));

  /** Columns of a user's tables that are not exported, and why. */
  private static final Map<String, String> EXCLUDED =
      Map.ofEntries(
          Map.entry("users.password_hash", "secret"),
          Map.entry("users.epoch", "counts what ended their tokens"),
          Map.entry("api_keys.hash", "secret"),
          Map.entry("api_keys.previous_hash", "secret"),
          Map.entry("api_keys.loopback_only", "the server makes such keys for itself"),
          Map.entry("accounts.secret", "secret"),
          Map.entry("plugin_users.api_key", "secret"),
          Map.entry("invitations.hash", "secret"),
          Map.entry("audit.previous", "holds the chain together, with what others did"),
          Map.entry("audit.hash", "holds the chain together, with what others did"),
          Map.entry("refresh_tokens", "secret"),
          Map.entry("one_time_links", "secret"),
          Map.entry("login_states", "lasts for minutes, and is secret"),
          Map.entry("consents", "lasts for minutes, and is secret"),
          Map.entry("quotas.version", "counts changes"),
          Map.entry("usage.decision", "says how accounts of others stood"),
          Map.entry("idempotency", "answers that callers had already; for a day"));

  /** Whether a column is exported, or excluded on purpose. */
  static boolean isAccountedFor(String table, String column) {
    return EXCLUDED.containsKey(table)
        || EXCLUDED.containsKey(table + "." + column)
        || Stream.concat(Stream.of(USER), ALL.stream())
            .anyMatch(section -> section.table().equals(table) && section.shows(column));
  }
}
