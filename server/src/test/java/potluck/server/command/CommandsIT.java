package potluck.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.kit.FakeUpstream;
import potluck.server.testing.CommandResult;
import potluck.server.testing.TestServer;

/** Commands of {@code ./potluck} that use the API of a running server. */
@Timeout(300)
class CommandsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final TestServer testServer = TestServer.shared();

  /** Shared, so that all commands run in one process; each test logs in again. */
  @TempDir private static Path temp;

  @BeforeEach
  void logIn() {
    CommandResult typed =
        type(
            TestServer.PASSWORD + "\n",
            "login",
            "--url",
            testServer.url(),
            "--user",
            TestServer.ADMIN);
    assertThat(typed.status()).as(typed.toString()).isZero();
  }

  @Test
  void loginIsStoredRefreshedAndEnded() throws Exception {
    Path file = temp.resolve("potluck/login.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    ObjectNode login = (ObjectNode) JSON.readTree(file.toFile());
    String before = login.path("refresh_token").asText();
    JSON.writeValue(file.toFile(), login.put("access_token", "spoilt"));
    assertThat(type("", "key", "list").status()).isZero();
    assertThat(JSON.readTree(file.toFile()).path("refresh_token").asText()).isNotEqualTo(before);
    assertThat(type("", "logout").status()).isZero();
    assertThat(file).doesNotExist();
    CommandResult out = type("", "key", "list");
    assertThat(out.status()).isEqualTo(1);
    assertThat(out.err()).contains("./potluck login");
  }

  @Test
  void exitCodesShowTheKindOfFailure() throws Exception {
    assertThat(type("", "user", "disable", "nobody-of-this-name").status()).isEqualTo(1);
    assertThat(type("", "user", "dance").status()).isEqualTo(2);
    assertThat(type("wrong\n", "login", "--url", testServer.url(), "--user", "admin").status())
        .isEqualTo(1);
    int closedPort;
    try (ServerSocket free = new ServerSocket(0)) {
      closedPort = free.getLocalPort();
    }
    CommandResult unreachable =
        type("secret\n", "login", "--url", "http://127.0.0.1:" + closedPort, "--user", "admin");
    assertThat(unreachable.status()).isEqualTo(3);
    assertThat(unreachable.err()).contains("cannot reach");
  }

  @Test
  void userCommandsWork() throws Exception {
    String link = type("", "user", "create", "dora").out();
    assertThat(link).contains(testServer.url() + "/reset#");
    assertThat(type("a-fine-long-password\n", "user", "create", "emil", "--password").status())
        .isZero();
    assertThat(testServer.login("emil", "a-fine-long-password")).isNotEmpty();
    assertThat(json("user", "disable", "emil", "--json").path("is_active").asBoolean()).isFalse();
    assertThat(json("user", "enable", "emil", "--json").path("is_active").asBoolean()).isTrue();
    assertThat(json("user", "silence", "emil", "--json").path("is_silenced").asBoolean()).isTrue();
    assertThat(json("user", "silence", "emil", "--off", "--json").path("is_silenced").asBoolean())
        .isFalse();
    assertThat(json("user", "trust", "emil", "2", "--json").path("trust_level").asInt())
        .isEqualTo(2);
    assertThat(type("", "user", "reset-link", "emil").out()).contains("/reset#");
    testServer.login("emil", "a-fine-long-password");
    JsonNode sessions = json("user", "sessions", "emil", "--json").path("sessions");
    assertThat(sessions).isNotEmpty();
    String id = sessions.get(0).path("id").asText();
    assertThat(json("user", "sessions", "emil", "--end", id, "--json").path("sessions"))
        .hasSize(sessions.size() - 1);
    assertThat(type("", "user", "list", "--search", "emil").out()).contains("emil");
    String number = json("user", "create", "007", "--json").path("id").asText();
    assertThat(json("user", "trust", "007", "2", "--json").path("id").asText()).isEqualTo(number);
    assertThat(json("user", "trust", number, "1", "--json").path("username").asText())
        .isEqualTo("007");
  }

  @Test
  void keyAccountUsageAndRouteCommandsWork() throws Exception {
    try (FakeUpstream upstream = FakeUpstream.start()) {
      String made = type("", "key", "create", "laptop").out();
      String key = made.lines().reduce((_, last) -> last).orElseThrow();
      String model = "gpt-4.1-by-hand";
      CommandResult added =
          type(
              "sk-typed-secret\n",
              "account",
              "add",
              "openai-compatible",
              "--name",
              "by-hand",
              "--base-url",
              upstream.address() + "/v1",
              "--models",
              model);
      assertThat(added.status()).as(added.toString()).isZero();
      assertThat(added.out()).contains("by-hand").doesNotContain("sk-typed-secret");
      assertThat(type("", "account", "test", "by-hand").status()).isZero();
      for (String what : new String[] {"disable", "enable", "share", "unshare", "reset"}) {
        CommandResult typed = type("", "account", what, "by-hand");
        assertThat(typed.status()).as(typed.toString()).isZero();
      }
      assertThat(type("", "route", "set", "potluck-model", model).out())
          .contains("potluck-model → " + model);
      assertThat(type("", "route", "explain", "potluck-model").out()).contains("It would be ");
      TestServer.Response said =
          testServer.call(
              "POST",
              "/v1/chat/completions",
              key,
              "{\"model\":\"potluck-model\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
      assertThat(said.status()).as(said.text()).isEqualTo(200);
      String request = said.header("x-request-id").orElseThrow();
      TestServer.eventually(
          () ->
              type("", "usage", "logs").out().contains(request)
                  ? java.util.Optional.of(1)
                  : java.util.Optional.empty());
      assertThat(json("usage", "stats", "--json").path("total_requests").asLong()).isPositive();
      assertThat(type("", "usage", "export").out()).startsWith("id,request_id").contains(request);
      assertThat(type("", "usage", "export", "--json").out()).contains(request);
      assertThat(type("", "route", "set", "potluck-model").out()).doesNotContain("potluck-model");
      String id = json("key", "list", "--json").get(0).path("id").asText();
      assertThat(type("", "key", "rotate", id).out()).contains("sk-");
      assertThat(type("", "key", "revoke", id).status()).isZero();
      assertThat(testServer.call("GET", "/v1/models", key, null).status()).isEqualTo(401);
      assertThat(type("", "account", "delete", "by-hand").status()).isZero();
      assertThat(type("", "account", "list").out()).doesNotContain("by-hand");
    }
  }

  @Test
  void exportFileIsCompleteOrAbsent() throws Exception {
    Path file = Files.createDirectory(temp.resolve("rows")).resolve("usage.csv");
    Files.writeString(file, "what was there before");
    assertThat(type("", "usage", "export", "--from", "no-time", "-o", file.toString()).status())
        .isEqualTo(1);
    assertThat(file).hasContent("what was there before");
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerHalf(server));
      Path login = temp.resolve("potluck/login.json");
      String before = Files.readString(login);
      Files.writeString(
          login, before.replace(testServer.url(), "http://127.0.0.1:" + server.getLocalPort()));
      CommandResult half = type("", "usage", "export", "--output", file.toString());
      assertThat(half.status()).as(half.toString()).isEqualTo(1);
      assertThat(half.err()).contains("broke off");
      Files.writeString(login, before);
    }
    assertThat(file).hasContent("what was there before");
    CommandResult whole = type("", "usage", "export", "-o", file.toString());
    assertThat(whole.status()).as(whole.toString()).isZero();
    assertThat(file).content().startsWith("id,request_id");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(temp.resolve("rows")).isDirectoryNotContaining("glob:**.part");
  }

  private static void answerHalf(ServerSocket server) {
    try (Socket caller = server.accept()) {
      assertThat(caller.getInputStream().read(new byte[4096])).isPositive();
      caller
          .getOutputStream()
          .write(
              "HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nid,re\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void completionScriptWorks() {
    CommandResult typed = type("", "completion", "bash");
    assertThat(typed.status()).isZero();
    assertThat(typed.out()).contains("complete -F").contains("reset-link").contains("explain");
  }

  private JsonNode json(String... words) throws Exception {
    CommandResult typed = type("", words);
    assertThat(typed.status()).as(typed.toString()).isZero();
    return JSON.readTree(typed.out());
  }

  private CommandResult type(String input, String... words) {
    return CommandResult.runIn(temp, Map.of("XDG_CONFIG_HOME", temp.toString()), input, words);
  }
}
