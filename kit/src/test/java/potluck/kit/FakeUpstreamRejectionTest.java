package potluck.kit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import potluck.kit.fake.FakeAnswer;

/** The fake rejects what the providers reject; the table is in {@code rejections.txt}. */
class FakeUpstreamRejectionTest {
  private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";

  private FakeUpstream fake;
  private HttpClient http;
  private FakeUpstreamClient client;

  @BeforeEach
  void start() throws IOException {
    fake = FakeUpstream.start();
    http = HttpClient.newHttpClient();
    client = new FakeUpstreamClient(http, fake.address());
  }

  @AfterEach
  void stop() {
    http.shutdownNow();
    fake.close();
  }

  static List<String> table() throws IOException {
    try (InputStream in = FakeUpstreamRejectionTest.class.getResourceAsStream("rejections.txt")) {
      return new String(in.readAllBytes(), UTF_8).lines().filter(l -> !l.startsWith("#")).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("table")
  void requestIsRejectedWithTheExpectedMessage(String line) throws Exception {
    String[] columns = line.split(" \\| ", 4);
    boolean gemini = columns[0].equals("gemini");
    String model = gemini ? "" : "\"model\":\"" + columns[1] + "\",";
    String body = "{" + model + columns[2] + "}";
    HttpResponse<String> answer =
        switch (columns[0]) {
          case "chat" -> client.chat(body);
          case "responses" -> client.responses(body);
          case "messages" -> client.messages(body);
          default -> client.gemini(columns[1] + ":generateContent", body);
        };
    boolean good = columns[3].equals("ok");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(good ? 200 : 400);
    if (!good) {
      assertThat(answer.body()).contains(columns[3]);
    }
  }

  @Test
  void credentialErrorsMatchEachProvider() throws Exception {
    String chat = "{\"model\":\"gpt-4.1\"," + HI + "}";
    String path = "/v1/chat/completions";
    assertThat(client.post(path, chat).statusCode()).isEqualTo(401);
    assertThat(client.post(path, chat, "x-api-key", "k").statusCode()).isEqualTo(401);
    assertThat(client.post(path, chat, "authorization", "Bearer wrong-1").body())
        .contains("invalid_api_key");
    String messages = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9," + HI + "}";
    assertThat(client.post("/v1/messages", messages, "anthropic-version", "1").statusCode())
        .isEqualTo(401);
    assertThat(client.post("/v1/messages", messages, "x-api-key", "k").body())
        .contains("anthropic-version");
    String gemini = "{\"contents\":[{\"parts\":[{\"text\":\"x\"}]}]}";
    String generate = "/v1beta/models/gemini-2.5-flash:generateContent";
    assertThat(client.post(generate, gemini).statusCode()).isEqualTo(403);
    assertThat(client.post(generate + "?key=wrong", gemini).body()).contains("API_KEY_INVALID");
    assertThat(client.post(generate + "?key=good", gemini).statusCode()).isEqualTo(200);
  }

  @Test
  void thoughtIsAcceptedIfUnchanged() throws Exception {
    String head = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9000,";
    String thinking = "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024},";
    String answer = client.messages(head + thinking + HI + "}").body();
    String content =
        answer.substring(answer.indexOf("\"content\":") + 10, answer.indexOf(",\"stop_reason"));
    assertThat(content).contains(FakeAnswer.THOUGHT);
    String turns =
        HI.replace("}]", "}")
            + ",{\"role\":\"assistant\",\"content\":"
            + content
            + "},{\"role\":\"user\",\"content\":\"y\"}]";
    assertThat(client.messages(head + thinking + turns + "}").statusCode()).isEqualTo(200);
    String changed = turns.replace("2 + 2 = 4", "2 + 2 = 5");
    assertThat(client.messages(head + thinking + changed + "}").statusCode()).isEqualTo(400);
  }

  @Test
  void malformedJsonHasTheErrorFormOfTheDialect() throws Exception {
    assertThat(client.chat("{\"model\":").body()).startsWith("{\"error\":{\"message\"");
    assertThat(client.messages("{\"model\":\"a\",\"model\":\"b\"}").body())
        .startsWith("{\"type\":\"error\"");
    assertThat(client.gemini("g:generateContent", "[").body()).contains("INVALID_ARGUMENT");
  }
}
