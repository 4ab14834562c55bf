package potluck.server.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.kit.FakeUpstream;
import potluck.server.settings.Setting;
import potluck.server.testing.CommandResult;
import potluck.server.testing.FakePluginService;
import potluck.server.testing.TestServer;

/** Import from AntiHub: users keep their passwords, API keys, quota and usage. */
@Timeout(300)
class AntiHubImportIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FERNET = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
  private static final String SEALED =
      "gAAAAABrB1yMD9XTrpBNJaSBq4we8a3hz-BPvNQH9X6MxPbYqmud91y1pnQixMK91VH6H4CUzq_3djRlZFeOthekt_vCssDGLFVqOs__uaWcxqCwFg3rJhHTSiVhHb6JqwVFSzDlFXI1";
  private static final String PLUGIN_KEY = "sk-plugin-0123456789abcdefghijABCDEFGHIJ";
  private static final String ANN_KEY =
      "sk-AnnAnnAnn_-0123456789abcdefghijABCDEFGHIJ0123456789abcdefghijABCDEFG";
  private static final String PASSLIB =
      "$pbkdf2-sha256$29000$MDEyMzQ1Njc4OWFiY2RlZg$O4ET/zvqHLQt6NvlG4J4PPO/uDvgDk/6b5MO0A06Qr4";
  private static final String PLUGIN_ID = "5f0c3d1e-0000-4000-8000-00000000000a";

  private static TestServer server;
  private static SourceDatabase backend;
  private static SourceDatabase plugin;

  @TempDir private static Path temp;

  @BeforeAll
  static void fillSource() throws Exception {
    server = TestServer.start(Map.of("GITHUB_CLIENT_ID", "x", "GITHUB_CLIENT_SECRET", "y"));
    Files.writeString(temp.resolve("fernet"), FERNET + "\n");
    backend = SourceDatabase.database(server, "origin_backend");
    plugin = SourceDatabase.database(server, "origin_plugin");
    backend.run(
        SourceDatabase.script("origin-backend.sql"),
        """
        INSERT INTO users (id, username, password_hash, oauth_id, trust_level, is_active, created_at) VALUES
          (1, 'ann', '%s', 'github:4711', 1, true, '2024-05-06 07:08:09+00'),
          (2, '小明明', '%s', NULL, 0, true, now()),
          (3, 'admin', '%s', NULL, 3, true, now()),
          (4, 'x y', NULL, 'linux_do:9', 1, true, now()),
          (5, 'gone', '$argon2id$v=19$m=65536$c2FsdA$aGFzaA', NULL, 1, false, now())
        """
            .formatted(SourceDatabase.PYTHON_HASH, PASSLIB, SourceDatabase.PYTHON_HASH),
        """
        INSERT INTO api_keys (id, user_id, key, name, config_type, is_active, expires_at) VALUES
          (10, 1, '%s', 'laptop', 'antigravity', true, NULL),
          (11, 1, 'sk-old-0123456789abcdefghijABCDEFGHIJ', 'old', 'kiro', true, '2020-01-01'),
          (12, 1, 'sk-short', 'short', 'kiro', true, NULL),
          (13, 3, 'sk-admins-0123456789abcdefghijABCDEFGHIJ', 'admin', 'kiro', true, NULL)
        """
            .formatted(ANN_KEY),
        """
        INSERT INTO plugin_api_keys (id, user_id, api_key, plugin_user_id) VALUES
          (1, 1, '%s', '%s'), (2, 2, 'gAAAAAdamaged', NULL)
        """
            .formatted(SEALED, PLUGIN_ID),
        """
        INSERT INTO usage_logs (user_id, api_key_id, endpoint, method, model_name, quota_consumed, input_tokens,
            output_tokens, success, status_code, error_message, created_at)
          SELECT 1, 10, '/v1/chat/completions', 'POST', 'gemini-3-pro-high', 0.01, 100, 20, true, 200, NULL,
            now() - n * interval '1 minute' FROM generate_series(1, 1200) n
          UNION ALL SELECT 3, 13, '/v1/messages', 'POST', 'claude-x', 0, 0, 0, false, NULL, 'broken', now()
        """);
    plugin.run(
        SourceDatabase.script("origin-plugin.sql"),
        """
        INSERT INTO users (user_id, api_key, name, prefer_shared) VALUES ('%s', '%s', 'ann', 1),
          ('5f0c3d1e-0000-4000-8000-00000000000b', 'sk-nobody', 'stranger', 0)
        """
            .formatted(PLUGIN_ID, PLUGIN_KEY),
        """
        INSERT INTO accounts (cookie_id, user_id, is_shared, access_token, refresh_token, expires_at, name)
          VALUES ('0123456789abcdef0123456789abcdef', '%s', 1, 'ya29.secret', '1//secret', 1900000000000, 'mine')
        """
            .formatted(PLUGIN_ID),
        "INSERT INTO kiro_accounts VALUES (gen_random_uuid(), '%s', 'kiro-of-ann', 'Social', 'x', 0, 1)"
            .formatted(PLUGIN_ID),
        "INSERT INTO model_quotas (cookie_id, model_name) VALUES ('0123456789abcdef0123456789abcdef', 'gemini-3-pro-high')",
        """
        INSERT INTO user_shared_quota_pool (user_id, model_name, quota, max_quota) VALUES
          ('%1$s', 'gemini-3-pro-high', 1.25, 2), ('%1$s', 'gemini-3-pro-low', 1.25, 2), ('%1$s', 'claude-x', -0.5, 2)
        """
            .formatted(PLUGIN_ID));
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static CommandResult runImport(String... more) {
    java.util.List<String> words =
        new java.util.ArrayList<>(
            java.util.List.of(
                "antihub",
                "--from",
                backend.url(),
                "--plugin",
                plugin.url(),
                "--fernet-key-file",
                temp.resolve("fernet").toString()));
    words.addAll(java.util.List.of(more));
    return SourceDatabase.runImport(server, words.toArray(String[]::new));
  }

  @Test
  void importsEveryoneOnceAndClientsKeepWorking() throws Exception {
    CommandResult dry = runImport();
    assertThat(dry.status()).as(dry.toString()).isZero();
    assertThat(dry.out())
        .contains(
            "nothing was written", "--rename OLD=NEW", "mine (0123456789abcdef0123456789abcdef)")
        .contains(
            "which Potluck does not imitate",
            "none of the keys decrypts it",
            "stranger",
            "kiro-of-ann")
        .doesNotContain("secret", ANN_KEY, PLUGIN_KEY, FERNET);
    assertThat(server.login("ann", SourceDatabase.OLD_PASSWORD)).isEmpty();

    JsonNode came =
        JSON.readTree(runImport("--apply", "--rename", "admin=old-admin", "--json").out());
    assertThat(line(came, "user"))
        .isEqualTo("found 6 came 4 here 0 left 2"); // 'x y' and the stranger.
    assertThat(line(came, "login")).isEqualTo("found 2 came 1 here 0 left 1");
    assertThat(line(came, "key")).isEqualTo("found 6 came 4 here 0 left 2");
    assertThat(line(came, "account")).isEqualTo("found 2 came 0 here 0 left 2");
    assertThat(line(came, "quota")).isEqualTo("found 3 came 1 here 0 left 2");
    assertThat(line(came, "usage")).isEqualTo("found 1201 came 1201 here 0 left 0");

    JsonNode again =
        JSON.readTree(runImport("--apply", "--rename", "admin=old-admin", "--json").out());
    assertThat(line(again, "user")).isEqualTo("found 6 came 0 here 4 left 2");
    assertThat(line(again, "key")).isEqualTo("found 6 came 0 here 4 left 2");
    assertThat(line(again, "quota")).isEqualTo("found 3 came 0 here 1 left 2");
    assertThat(line(again, "usage")).isEqualTo("found 1201 came 0 here 1201 left 0");

    String ann = server.login("ann", SourceDatabase.OLD_PASSWORD);
    assertThat(server.login("小明明", "passlib-password")).isNotEmpty();
    assertThat(server.login("old-admin", SourceDatabase.OLD_PASSWORD)).isNotEmpty();
    assertThat(server.login("gone", "anything-at-all")).isEmpty();
    JsonNode me = server.call("GET", "/api/auth/me", ann, null).json();
    assertThat(me.path("created_at").asText()).startsWith("2024-05-06T07:08:09");
    // The login has replaced the hash, and the password still works.
    assertThat(server.login("ann", SourceDatabase.OLD_PASSWORD)).isNotEmpty();
    assertThat(server.login("小明明", "passlib-password")).isNotEmpty();

    checkQuotaAndUsage(ann);
    checkApiKeys();
    assertThat(server.call("GET", "/api/admin/ledger/verify", server.admin(), null).text())
        .contains("true");
  }

  private static void checkQuotaAndUsage(String ann) {
    String left =
        TestServer.eventually(
            () -> {
              for (JsonNode row :
                  server
                      .call("GET", "/api/plugin-api/quotas/user", ann, null)
                      .json()
                      .path("data")) {
                if (row.path("model_name").asText().equals("gemini-3-pro")) {
                  return Optional.of(row.path("quota").asText());
                }
              }
              return Optional.empty();
            });
    String usual =
        server.shown(
            server.settings().values().number(Setting.QUOTA_BASE_PERCENT)
                * 10_000L); // The base quota, in millionths.
    assertThat(Double.parseDouble(left) - Double.parseDouble(usual)).isEqualTo(1.25);
    JsonNode stats = server.call("GET", "/api/usage/stats", ann, null).json().path("data");
    assertThat(stats.path("total_requests").asLong()).isEqualTo(1200);
    assertThat(stats.path("input_tokens").asLong()).isEqualTo(120_000);
    assertThat(stats.path("total_quota_consumed").asDouble()).isEqualTo(12.0);
  }

  @Test
  void remotePoolKeepsItsSeats() throws Exception {
    try (FakePluginService service = new FakePluginService()) {
      Map<String, String> environment =
          Map.of(
              "PLUGIN_API_BASE_URL",
              service.address(),
              "PLUGIN_API_ADMIN_KEY",
              FakePluginService.ADMIN_KEY);
      service.answer("GET /api/quotas/user", 200, "{\"success\":true,\"data\":[]}");
      TestServer other = TestServer.start(environment);
      try {
        CommandResult typed =
            CommandResult.runIn(
                other.folder(),
                environment,
                "",
                "import",
                "antihub",
                "--apply",
                "--from",
                backend.url(),
                "--fernet-key-file",
                temp.resolve("fernet").toString());
        assertThat(typed.out())
            .as(typed.toString())
            .contains("is now the user's key at the Plug-in service");
        String ann = other.login("ann", SourceDatabase.OLD_PASSWORD);
        other.call("GET", "/api/plugin-api/quotas/user", ann, null);
        assertThat(service.last("/api/quotas/user").credential()).contains(PLUGIN_KEY);
        assertThat(other.call("GET", "/api/plugin-api/key", ann, null).text()).contains(PLUGIN_ID);
      } finally {
        other.close();
      }
    }
  }

  private static void checkApiKeys() throws Exception {
    try (FakeUpstream upstream = FakeUpstream.start()) {
      String model = "gpt-4.1-of-the-origin";
      server.call(
          "POST",
          "/api/plugin-api/accounts",
          server.admin(),
          """
          {"provider":"openai-compatible","base_url":"%s/v1","api_key":"sk-up","models":["%s"],"is_shared":1}
          """
              .formatted(upstream.address(), model));
      String body =
          "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
              .formatted(model);
      TestServer.Response said = server.call("POST", "/v1/chat/completions", ANN_KEY, body);
      assertThat(said.status()).as(said.text()).isEqualTo(200);
      for (String bad :
          new String[] {
            "sk-old-0123456789abcdefghijABCDEFGHIJ", "sk-short", ANN_KEY + "x", "sk-nobody"
          }) {
        assertThat(server.call("POST", "/v1/chat/completions", bad, body).status())
            .as(bad)
            .isEqualTo(401);
      }
      assertThat(server.call("GET", "/api/user/me", PLUGIN_KEY, null).json().toString())
          .contains(PLUGIN_ID);
    }
  }

  static String line(JsonNode report, String kind) {
    for (JsonNode line : report.path("kinds")) {
      if (line.path("kind").asText().equals(kind)) {
        return "found %d came %d here %d left %d"
            .formatted(
                line.path("found").asLong(),
                line.path("came").asLong(),
                line.path("here").asLong(),
                line.path("left_out").asLong());
      }
    }
    return "none";
  }
}
