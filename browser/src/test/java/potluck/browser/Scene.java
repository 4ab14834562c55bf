package potluck.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.TokenUsage;
import potluck.kit.FakeUpstream;
import potluck.kit.fake.FakeAnswer;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.TestServer;

/**
 * A server with people, accounts in several standings, keys and some usage. All tests share one.
 * One thread only.
 */
final class Scene {
  static final String PASSWORD = TestServer.PASSWORD;
  static final String ADMINISTRATOR = TestServer.ADMIN;
  static final String MEMBER = "bob";
  static final String AUDITOR = "dana";

  /** A member who brings no account: nobody but operators may learn what this member asks. */
  static final String CONSUMER = "consumer-7h2k";

  /** A part of all credentials of providers. */
  static final String CREDENTIAL = "upstream-secret-9c4v";

  static final String KEY_NAME = "key-of-the-consumer-5t1w";
  static final String QUESTION = "question-of-the-consumer-3m8q";

  private static final List<String> CLAUDE =
      List.of("claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5");
  private static final List<String> GPT = List.of("gpt-5", "gpt-5-mini");
  private static final int ROUNDS = 3;

  private static @Nullable Scene shared;

  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> tokens = new LinkedHashMap<>();
  private final Map<String, String> keys = new LinkedHashMap<>();
  private final FakeUpstream ready;
  private final FakeUpstream limited;
  private final FakeUpstream refusing;
  private TestServer server;
  private String requestOfMember = "";

  private Scene() {
    try {
      ready = FakeUpstream.start();
      limited = FakeUpstream.start();
      refusing = FakeUpstream.start();
      // A small quota, so that the use of a few requests can be seen.
      environment.put("QUOTA_ACCOUNT_USD", "1");
      environment.put("PORT", Integer.toString(freePort()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    limited.setDefaultScript(Script.PLAIN.withFault(Fault.rateLimited(720)));
    refusing.setDefaultScript(Script.PLAIN.withFault(Fault.status(401)));
    server = TestServer.start(environment);
    fill();
  }

  /** The scene that all tests share. The test browser comes first: without it, nothing starts. */
  static synchronized Scene shared() {
    if (shared == null) {
      TestBrowser.shared();
      Scene scene = new Scene();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> scene.server.close()));
      shared = scene;
    }
    return shared;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  TestServer server() {
    return server;
  }

  String url() {
    return server.url();
  }

  /** The id of a request of the member. */
  String requestOfMember() {
    return requestOfMember;
  }

  /** An address of a page, with what varies in it. */
  String address(ConsoleRoute route) {
    return switch (route.path()) {
      case "/usage/requests/:id" -> "/usage/requests/" + requestOfMember;
      case "/login/:provider" -> "/login/example";
      case "/welcome", "/reset" -> route.path() + "?token=example";
      case "/join" -> "/join?code=example";
      default -> {
        if (route.path().contains(":")) {
          throw new AssertionError(route.path() + " needs an address here");
        }
        yield route.path();
      }
    };
  }

  /** The keys of all other users, as text. */
  List<String> keysOfOthers(String user) {
    return keys.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(user))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The access token of a user. */
  String token(String user) {
    return Optional.ofNullable(tokens.get(user)).orElseThrow();
  }

  /** Stops the server; the port stays free. */
  void stop() {
    server.close();
  }

  /** Starts the server again, on the same port, with the same data. */
  void startAgain() {
    server = TestServer.startIn(server.folder(), environment);
  }

  private void fill() {
    tokens.put(ADMINISTRATOR, server.admin());
    for (String name : List.of(MEMBER, "chen", AUDITOR, "eli", "fay", "hana", "张三丰", CONSUMER)) {
      tokens.put(name, server.user(name));
    }
    makeAuditor();
    bring(MEMBER, "claude-lab", "anthropic", ready, CLAUDE, true);
    bring("chen", "research", "anthropic", ready, CLAUDE, true);
    bring("fay", "team", "anthropic", limited, List.of("claude-opus-4-1"), true);
    bring(ADMINISTRATOR, "openai-main", "openai", ready, GPT, true);
    bring("eli", "azure-eu", "openai", ready, GPT, true);
    bring(MEMBER, "openai-own", "openai", ready, GPT, false);
    bring("hana", "deepseek", "deepseek", ready, List.of("deepseek-chat"), true);
    bring("张三丰", "deepseek-2", "deepseek", refusing, List.of("deepseek-reasoner"), true);
    tokens.forEach((user, token) -> keys.put(user, key(token, "laptop")));
    keys.put(CONSUMER, key(token(CONSUMER), KEY_NAME));
    for (int round = 0; round < ROUNDS; round++) {
      for (String user : List.of(MEMBER, "chen", CONSUMER)) {
        ask(user, "claude-sonnet-4-5", QUESTION);
        ask(user, round == 0 ? "gpt-5" : "claude-haiku-4-5", QUESTION);
      }
    }
    ask("fay", "claude-opus-4-1", QUESTION);
    ask("hana", "deepseek-reasoner", QUESTION);
    ask(MEMBER, "gemini-2.5-pro", QUESTION);
    requestOfMember = TestServer.eventually(this::findRequest);
  }

  /**
   * Lets the member and others ask as on a day of work: long questions, answers that take a while.
   */
  void useLikeAWorkingDay() {
    TokenUsage tokens = new TokenUsage(96_000, 70_000, 12_000, 2_800, 400);
    ready.setDefaultScript(
        Script.PLAIN
            .withAnswer(FakeAnswer.text(FakeAnswer.TEXT.repeat(4)).usage(tokens))
            .withFault(new Fault.EventDelay(Duration.ofMillis(60))));
    for (int round = 0; round < 12; round++) {
      ask(MEMBER, round % 3 == 0 ? "claude-haiku-4-5" : "claude-sonnet-4-5", QUESTION + round);
      if (round % 4 == 0) {
        ask(MEMBER, "gpt-5", QUESTION);
        ask(MEMBER, "deepseek-chat", QUESTION);
        ask("chen", "claude-opus-4-5", QUESTION);
      }
    }
    ask(MEMBER, "claude-opus-4-1", QUESTION);
    String before = requestOfMember;
    requestOfMember =
        TestServer.eventually(() -> findRequest().filter(found -> !found.equals(before)));
    ready.setDefaultScript(Script.PLAIN);
  }

  private void makeAuditor() {
    for (var user :
        server
            .call("GET", "/api/admin/users?q=" + AUDITOR, server.admin(), null)
            .json()
            .findParents("username")) {
      if (user.path("username").asText().equals(AUDITOR)) {
        server.call(
            "PATCH",
            "/api/admin/users/" + user.path("id").asLong(),
            server.admin(),
            "{\"is_auditor\":true}");
      }
    }
  }

  /** The latest request of the member that was answered, when its row is there. */
  private Optional<String> findRequest() {
    for (var row :
        server
            .call("GET", "/api/usage/logs?success=true&limit=20", token(MEMBER), null)
            .json()
            .findPath("logs")) {
      if (row.path("model_name").asText().startsWith("claude")) {
        return Optional.of(row.path("request_id").asText());
      }
    }
    return Optional.empty();
  }

  private void bring(
      String user,
      String name,
      String provider,
      FakeUpstream upstream,
      List<String> models,
      boolean shared) {
    String version = provider.equals("anthropic") ? "" : "/v1";
    String body =
        """
        {"provider":"%s","name":"%s","base_url":"%s%s","api_key":"sk-%s-%s",
         "models":["%s"],"is_shared":%d,"max_concurrency":8}
        """
            .formatted(
                provider,
                name,
                upstream.address(),
                version,
                CREDENTIAL,
                name,
                String.join("\",\"", models),
                shared ? 1 : 0);
    TestServer.Response said = server.call("POST", "/api/plugin-api/accounts", token(user), body);
    if (said.status() != 200) {
      throw new AssertionError(said.text());
    }
  }

  private String key(String token, String name) {
    return server
        .call("POST", "/api/api-keys", token, "{\"name\":\"" + name + "\"}")
        .json()
        .path("key")
        .asText();
  }

  /** Sends a request with the user's key; returns the HTTP status. */
  int ask(String user, String model, String question) {
    return server
        .call(
            "POST",
            model.startsWith("claude") ? "/v1/messages" : "/v1/chat/completions",
            keys.get(user),
            """
            {"model":"%s","%s":100,"stream":true,"messages":[{"role":"user","content":"%s"}]}
            """
                .formatted(
                    model,
                    model.startsWith("claude") ? "max_tokens" : "max_completion_tokens",
                    question))
        .status();
  }
}
