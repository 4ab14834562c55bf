package potluck.kit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.kit.fake.FakeAnswer;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Quirk;
import potluck.kit.fake.Script;

/** The fake speaks all dialects, plays faults, and records requests. */
class FakeUpstreamTest {
  private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
  private static final String CHAT = "{\"model\":\"gpt-4.1-mini\"," + HI;
  private static final String STREAM = CHAT + ",\"stream\":true}";
  private static final String MESSAGES = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":99," + HI;
  private static final String GEMINI = "{\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}]}";

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

  @Test
  void answersInAllDialects() throws Exception {
    assertThat(client.chat(CHAT + "}").body()).contains(FakeAnswer.TEXT, "\"cached_tokens\":100");
    assertThat(client.messages(MESSAGES + "}").body())
        .contains(FakeAnswer.TEXT, "\"input_tokens\":99", "\"cache_read_input_tokens\":100");
    assertThat(client.gemini("gemini-2.5-flash:generateContent", GEMINI).body())
        .contains(FakeAnswer.TEXT, "\"promptTokenCount\":219");
    assertThat(client.responses("{\"model\":\"gpt-5\",\"input\":\"hi\"}").body())
        .contains(FakeAnswer.TEXT, "\"status\":\"completed\"");
  }

  @Test
  void streamsInAllDialects() throws Exception {
    assertThat(client.chat(STREAM).body()).startsWith("data: {").endsWith("data: [DONE]\n\n");
    assertThat(client.messages(MESSAGES + ",\"stream\":true}").body())
        .startsWith("event: message_start\n")
        .contains("event: message_stop\n");
    assertThat(client.gemini("gemini-2.5-flash:streamGenerateContent?alt=sse", GEMINI).body())
        .startsWith("data: {")
        .contains("\"finishReason\":\"STOP\"");
    assertThat(client.gemini("gemini-2.5-flash:streamGenerateContent", GEMINI).body())
        .startsWith("[{")
        .endsWith("}]");
    assertThat(client.responses("{\"model\":\"gpt-5\",\"input\":\"hi\",\"stream\":true}").body())
        .contains("event: response.created\n", "event: response.completed\n");
  }

  @Test
  void countsTokensAsItReportsThem() throws Exception {
    String[] headers = {"x-api-key", "k", "anthropic-version", "2023-06-01"};
    String body = "{\"model\":\"claude-sonnet-4-5\"," + HI + "}";
    assertThat(client.post("/v1/messages/count_tokens", body, headers).body())
        .isEqualTo("{\"input_tokens\":219}");
    assertThat(client.gemini("gemini-2.5-flash:countTokens", GEMINI).body())
        .isEqualTo("{\"totalTokens\":219}");
    String input = "{\"model\":\"gpt-5\",\"input\":\"hi\"}";
    assertThat(client.post("/v1/responses/input_tokens", input, "authorization", "Bearer k").body())
        .contains("\"input_tokens\":219");
  }

  @Test
  void listsModelsAndEmbeds() throws Exception {
    assertThat(client.get("/v1/models", "authorization", "Bearer k").body())
        .contains("gpt-4.1-mini");
    assertThat(client.get("/v1/models", "x-api-key", "k", "anthropic-version", "1").body())
        .contains("claude-sonnet-4-5", "has_more");
    assertThat(client.get("/v1beta/models", "x-goog-api-key", "k").body())
        .contains("models/gemini-3-pro");
    assertThat(client.get("/v1/models/gpt-5", "authorization", "Bearer k").body())
        .startsWith("{\"id\":\"gpt-5\"");
    assertThat(client.get("/v1beta/models/gemini-9", "x-goog-api-key", "k").statusCode())
        .isEqualTo(404);
    assertThat(
            client.gemini("e:embedContent", "{\"content\":{\"parts\":[{\"text\":\"a\"}]}}").body())
        .startsWith("{\"embedding\":{\"values\":[");
    String body = "{\"model\":\"e\",\"input\":[\"a\",\"b\"],\"encoding_format\":\"base64\"}";
    assertThat(client.post("/v1/embeddings", body, "authorization", "Bearer k").body())
        .contains("\"index\":1", "\"embedding\":\"");
  }

  @Test
  void callsTwoToolsAndThenAnswers() throws Exception {
    String tools =
        ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}},"
            + "{\"type\":\"function\",\"function\":{\"name\":\"b\"}}]";
    assertThat(client.chat(CHAT + tools + "}").body())
        .contains("\"name\":\"a\"", "\"name\":\"b\"", "\"finish_reason\":\"tool_calls\"");
    assertThat(client.chat(CHAT + tools + ",\"parallel_tool_calls\":false}").body())
        .contains("\"name\":\"a\"")
        .doesNotContain("\"name\":\"b\"");
    String stream = client.chat(CHAT + tools + ",\"stream\":true}").body();
    assertThat(stream).contains("\"index\":1", "\"finish_reason\":\"tool_calls\"");
  }

  @ParameterizedTest
  @CsvSource({"429,rate_limit_error", "401,authentication_error", "529,overloaded_error"})
  void faultStatusHasTheErrorFormOfTheDialect(int status, String type) throws Exception {
    fake.enqueue(Script.PLAIN.withFault(Fault.status(status)));
    HttpResponse<String> answer = client.messages(MESSAGES + "}");
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains("\"type\":\"" + type + "\"");
    assertThat(client.messages(MESSAGES + "}").statusCode()).isEqualTo(200);
  }

  @Test
  void faultSendsRetryAfterOrHtml() throws Exception {
    fake.enqueue(Script.PLAIN.withFault(Fault.rateLimited(7)))
        .enqueue(Script.PLAIN.withFault(Fault.html(503)));
    assertThat(client.chat(CHAT + "}").headers().firstValue("retry-after")).contains("7");
    assertThat(client.chat(CHAT + "}").body()).startsWith("<html>");
  }

  @Test
  void scriptIsReadFromTheModelName() throws Exception {
    assertThat(client.chat(CHAT.replace("mini", "mini!status-529") + "}").statusCode())
        .isEqualTo(529);
    assertThat(client.chat(STREAM.replace("mini", "mini!error-2")).body())
        .contains("{\"error\":{")
        .doesNotContain("[DONE]");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100})
  void faultCutClosesTheConnection(int bytes) {
    fake.setDefaultScript(Script.PLAIN.withFault(new Fault.Cut(bytes)));
    assertThatThrownBy(() -> client.chat(CHAT + "}")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> client.chat(STREAM)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @EnumSource(Fault.StallPoint.class)
  @Timeout(60)
  void faultStallLastsUntilTheClientLeaves(Fault.StallPoint where) throws Exception {
    fake.enqueue(Script.PLAIN.withFault(new Fault.Stall(where)));
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), fake.port());
    String head = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\n";
    String request = head + "content-length: " + STREAM.length() + "\r\n\r\n" + STREAM;
    socket.getOutputStream().write(request.getBytes(UTF_8));
    RecordedRequest recorded = fake.takeRequest();
    if (where != Fault.StallPoint.BEFORE_HEADERS) {
      assertThat(socket.getInputStream().read()).isEqualTo('H');
    }
    assertThat(recorded.wasAborted()).isFalse();
    socket.close();
    recorded.awaitClientGone();
    assertThat(recorded.wasAborted()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Quirk.class)
  void quirkChangesTheFormAndNotTheText(Quirk quirk) throws Exception {
    fake.setDefaultScript(Script.PLAIN.withQuirk(quirk));
    HttpResponse<String> answer = client.chat(STREAM);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("data:", "Hello");
  }

  @Test
  void requestsAreRecorded() throws Exception {
    client.chat(CHAT + "}");
    client.chat(STREAM);
    List<RecordedRequest> recorded = fake.requests();
    assertThat(recorded).hasSize(2);
    assertThat(recorded.getFirst().request().header("authorization")).contains("Bearer sk-1");
    assertThat(recorded.getLast().request().text()).isEqualTo(STREAM);
    recorded.getLast().awaitAnswered();
    assertThat(recorded.getLast().wasAborted()).isFalse();
    assertThat(fake.takeRequest()).isSameAs(recorded.getFirst());
  }
}
