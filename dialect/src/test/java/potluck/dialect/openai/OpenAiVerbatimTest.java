package potluck.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.dialect.DialectResponse;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.FailureException;
import potluck.dialect.model.TokenUsage;

class OpenAiVerbatimTest {
  private static final String HELLO =
      "data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
  private static final String WORD =
      "data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"say \\\"usage\\\" 🙂\"},\"finish_reason\":null}],\"usage\":null}\n\n";
  private static final String STOP =
      "data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  private static final String USAGE =
      "data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,\"prompt_tokens_details\":{\"cached_tokens\":4}}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";

  private final OpenAi dialect = new OpenAi();

  @Test
  void scanReadsModelStreamAndLimits() {
    Ask ask =
        ask(
            "{\"model\":\"m\",\"stream\":true,\"max_tokens\":7,\"max_completion_tokens\":9,\"prompt_cache_key\":\"k\",\"messages\":[]}");
    assertThat(ask.model()).isEqualTo("m");
    assertThat(ask.stream()).isTrue();
    assertThat(ask.usageWanted()).isFalse();
    assertThat(ask.maxTokens()).hasValue(9);
    assertThat(ask.affinity()).isEqualTo("k");
  }

  @Test
  void affinityStaysAsAConversationGrows() {
    String start =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"u\"}";
    String first = ask(start + "]}").affinity();
    assertThat(first)
        .isEqualTo(ask(start + ",{\"role\":\"assistant\",\"content\":\"a\"}]}").affinity());
    assertThat(first).isNotEqualTo(ask(start.replace("\"u\"", "\"v\"") + "]}").affinity());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"model\":1}",
        "{\"model\":\" \"}",
        "[]",
        "{\"model\":\"a\",\"model\":\"b\"}"
      })
  void scanRejectsARequestWithoutModel(String body) {
    assertThatThrownBy(() -> ask(body))
        .isInstanceOfSatisfying(
            FailureException.class,
            r -> assertThat(r.failure().kind()).isEqualTo(Failure.Kind.INVALID));
  }

  @Test
  void forwardKeepsEveryOtherByte() {
    String body = " { \"x\" : 1.50, \"model\" : \"a\\u0062\", \"messages\":[ ] }";
    assertThat(forward(body, "ab")).isEqualTo(body);
    assertThat(forward(body, "up\"")).isEqualTo(body.replace("\"a\\u0062\"", "\"up\\\"\""));
  }

  @Test
  void forwardRequestsUsageIfTheClientDidNot() {
    assertThat(forward("{\"model\":\"m\",\"stream\":true}", "m"))
        .isEqualTo("{\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true}");
    assertThat(forward("{\"model\":\"m\",\"stream\":true,\"stream_options\":{}}", "m"))
        .endsWith("\"stream_options\":{\"include_usage\":true}}");
    assertThat(
            forward(
                "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"a\":1,\"include_usage\":false}}",
                "m"))
        .endsWith("{\"a\":1,\"include_usage\":true}}");
    assertThat(forward("{\"model\":\"m\",\"stream\":true,\"stream_options\":null}", "m"))
        .endsWith("\"stream_options\":{\"include_usage\":true}}");
    String asked = "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
    assertThat(forward(asked, "m")).isEqualTo(asked);
  }

  @Test
  void passageCopiesAStreamByteForByte() {
    String stream = ": hi\r\n\r\n" + HELLO + WORD + STOP + USAGE + DONE;
    for (int size : new int[] {1, 5, 64, 10_000}) {
      Passage passage = passage(true, "m", "m");
      assertThat(run(passage, stream, size)).isEqualTo(stream);
      assertThat(passage.state()).isEqualTo(Passage.State.COMPLETE);
      assertThat(passage.tokens()).isEqualTo(new TokenUsage(10, 4, 0, 5, 0));
      assertThat(passage.usage().isCounted()).isTrue();
      assertThat(passage.textBytes()).isEqualTo(16);
    }
  }

  @Test
  void passageHidesUsageThatWasNotRequested() {
    assertThat(run(passage(false, "m", "m"), HELLO + WORD + STOP + USAGE + DONE, 10))
        .isEqualTo(HELLO + WORD + STOP + DONE);
  }

  @Test
  void passageRestoresTheRequestedModelName() {
    assertThat(run(passage(true, "alias", "m"), HELLO + WORD + STOP + USAGE + DONE, 10))
        .isEqualTo(
            (HELLO + WORD + STOP + USAGE + DONE).replace("\"model\":\"m\"", "\"model\":\"alias\""));
  }

  @Test
  void passageWaitsDuringThePreamble() {
    Passage passage = passage(true, "m", "m");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    feed(passage, ": x\n\n" + HELLO, out);
    assertThat(passage.state()).isEqualTo(Passage.State.WAITING);
    feed(passage, WORD, out);
    assertThat(passage.state()).isEqualTo(Passage.State.RUNNING);
  }

  @Test
  void passageFailsOnAnInBandErrorAndHidesIt() {
    Passage passage = passage(true, "m", "m");
    String error =
        "data: {\"error\":{\"message\":\"Too busy for sk-abcdefghijkl\",\"code\":\"rate_limit_exceeded\"}}\n\n";
    assertThat(run(passage, HELLO + error + DONE, 9)).isEqualTo(HELLO);
    assertThat(passage.state()).isEqualTo(Passage.State.FAILED);
    Failure failure = Objects.requireNonNull(passage.failure());
    assertThat(failure.kind()).isEqualTo(Failure.Kind.RATE_LIMITED);
    assertThat(failure.message()).isEqualTo("Too busy for ***");
  }

  @Test
  void passageFailsOnATruncatedStream() {
    Passage passage = passage(true, "m", "m");
    run(passage, HELLO + WORD + "data: {\"choices\":[{\"delta\":{\"content\":\"ha", 9);
    assertThat(passage.state()).isEqualTo(Passage.State.FAILED);
  }

  @Test
  void passageCompletesWithoutDone() {
    Passage passage = passage(true, "m", "m");
    run(passage, HELLO + WORD + STOP, 9);
    assertThat(passage.state()).isEqualTo(Passage.State.COMPLETE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-5", "1e308", "9223372036854775808", "\"x\"", "null", "{}", "1e999999999", "NaN"})
  void passageClampsHostileNumbers(String number) {
    Passage passage = passage(true, "m", "m");
    String usage = USAGE.replace("\"prompt_tokens\":10", "\"prompt_tokens\":" + number);
    run(passage, HELLO + WORD + usage + DONE, 100);
    assertThat(passage.state()).isEqualTo(Passage.State.COMPLETE);
    assertThat(passage.tokens().input()).isBetween(0L, TokenUsage.MAX_COUNT);
  }

  @Test
  void passageKeepsDetailsOfTheLastUsageReport() {
    Passage passage = passage(true, "m", "m");
    String early = USAGE.replace("15", "11").replace(":5", ":1");
    String bare =
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}\n\n";
    String none =
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}\n\n";
    run(passage, HELLO + early + WORD + USAGE + bare + none + DONE, 100);
    assertThat(passage.tokens()).isEqualTo(new TokenUsage(10, 4, 0, 5, 0));
  }

  @Test
  void passageCopiesACompleteAnswer() {
    String body =
        "{ \"model\":\"m\", \"choices\":[{\"message\":{\"content\":\"hi\"}}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}";
    Ask ask = ask("{\"model\":\"alias\"}");
    Passage passage = dialect.passage(ask, target("m"));
    assertThat(run(passage, body, 5)).isEqualTo(body.replace("\"m\"", "\"alias\""));
    assertThat(passage.tokens()).isEqualTo(new TokenUsage(3, 0, 0, 2, 0));
    Passage cut = dialect.passage(ask, target("m"));
    assertThat(run(cut, body.substring(0, 40), 5)).isEmpty();
    assertThat(cut.state()).isEqualTo(Passage.State.FAILED);
  }

  @Test
  void readFailureMapsUpstreamErrors() {
    Failure limited =
        failure(
            429,
            "{\"error\":{\"message\":\"slow\",\"code\":\"rate_limit_exceeded\"}}",
            Map.of("retry-after", "7"));
    assertThat(limited.kind()).isEqualTo(Failure.Kind.RATE_LIMITED);
    assertThat(limited.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(failure(429, "{\"error\":{\"code\":\"insufficient_quota\"}}", Map.of()).kind())
        .isEqualTo(Failure.Kind.QUOTA_EXHAUSTED);
    Failure key =
        failure(
            401,
            "{\"error\":{\"message\":\"Incorrect API key: sk-aaaaaaaaaaaa\",\"code\":\"invalid_api_key\"}}",
            Map.of());
    assertThat(key.kind()).isEqualTo(Failure.Kind.UPSTREAM);
    assertThat(key.message()).doesNotContain("sk-");
    assertThat(failure(502, "<html>", Map.of()).kind()).isEqualTo(Failure.Kind.UPSTREAM);
    Map<String, String> dated =
        Map.of(
            "retry-after",
            "Wed, 21 Oct 2015 07:28:10 GMT",
            "date",
            "Wed, 21 Oct 2015 07:28:00 GMT");
    assertThat(failure(503, "", dated).retryAfter()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void writeFailureMatchesTheSdk() {
    DialectResponse written =
        dialect.writeFailure(
            Failure.of(Failure.Kind.RATE_LIMITED, "wait").retryAfter(Duration.ofMillis(1500)),
            "req_1");
    assertThat(written.status()).isEqualTo(429);
    assertThat(written.headers())
        .containsEntry("retry-after", "2")
        .containsEntry("retry-after-ms", "1500")
        .containsEntry("x-request-id", "req_1");
    assertThat(new String(written.body(), UTF_8))
        .isEqualTo(
            "{\"error\":{\"message\":\"wait\",\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}");
  }

  private Failure failure(int status, String body, Map<String, String> headers) {
    return dialect.readFailure(status, headers::get, body.getBytes(UTF_8));
  }

  private Ask ask(String body) {
    return dialect.scan(body.getBytes(UTF_8));
  }

  private Target target(String model) {
    return new Target(dialect, model, Set.of());
  }

  private String forward(String body, String model) {
    return new String(dialect.forward(ask(body), target(model)), UTF_8);
  }

  private Passage passage(boolean usageWanted, String asked, String upstream) {
    String body =
        "{\"model\":\""
            + asked
            + "\",\"stream\":true,\"stream_options\":{\"include_usage\":"
            + usageWanted
            + "}}";
    return dialect.passage(ask(body), target(upstream));
  }

  private static void feed(Passage passage, String text, ByteArrayOutputStream out) {
    byte[] bytes = text.getBytes(UTF_8);
    passage.accept(bytes, 0, bytes.length, out);
  }

  private static String run(Passage passage, String text, int size) {
    byte[] bytes = text.getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += size) {
      passage.accept(bytes, at, Math.min(size, bytes.length - at), out);
    }
    passage.end(out);
    return out.toString(UTF_8);
  }
}
