package potluck.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import potluck.dialect.Passage;
import potluck.dialect.Passage.State;
import potluck.dialect.Target;
import potluck.dialect.Written;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.Refused;
import potluck.dialect.model.Tokens;

class OpenAiTest {
  private static final String FIRST =
      "data: {\"id\":\"c\",\"model\":\"up\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],\"usage\":null}\n\n";
  private static final String WORD =
      "data: {\"id\":\"c\",\"model\":\"up\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"héllo 👋\"},\"finish_reason\":null}],\"usage\":null}\n\n";
  private static final String LAST =
      "data: {\"id\":\"c\",\"model\":\"up\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n";
  private static final String USAGE =
      "data: {\"id\":\"c\",\"model\":\"up\",\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":7,\"total_tokens\":19,\"prompt_tokens_details\":{\"cached_tokens\":5,\"cache_write_tokens\":2},\"completion_tokens_details\":{\"reasoning_tokens\":3}}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";

  private final OpenAi dialect = new OpenAi();

  @Test
  void aStreamPassesByteForByteHoweverItIsChopped() {
    String stream = ": hello\n\n" + FIRST + WORD + ": ping\n\n" + LAST + USAGE + DONE;
    String expected = FIRST + WORD + ": ping\n\n" + LAST + USAGE + DONE;
    byte[] bytes = utf8(stream);
    for (int chop = 1; chop <= bytes.length; chop++) {
      Passage passage = dialect.passage(ask(true), target("up"));
      assertThat(run(passage, bytes, chop)).isEqualTo(expected);
      assertThat(passage.state()).isEqualTo(State.COMPLETE);
      assertThat(passage.tokens()).isEqualTo(new Tokens(12, 5, 2, 7, 3));
      assertThat(passage.counted()).isTrue();
    }
  }

  @Test
  void usageThatOnlyWeAskedForIsHidden() {
    Passage passage = dialect.passage(ask(false), target("up"));
    assertThat(run(passage, utf8(FIRST + WORD + LAST + USAGE + DONE), 50))
        .isEqualTo(FIRST + WORD + LAST + DONE);
    assertThat(passage.tokens().input()).isEqualTo(12);
  }

  @Test
  void theModelIsCalledAsTheCallerCallsIt() {
    Passage passage = dialect.passage(ask(true), target("real-name"));
    String out = run(passage, utf8(FIRST + WORD + LAST + DONE), 7);
    assertThat(out)
        .isEqualTo((FIRST + WORD + LAST + DONE).replace("\"model\":\"up\"", "\"model\":\"m\""));
  }

  @Test
  void otherLineEndsAreFramesToo() {
    Passage passage = dialect.passage(ask(true), target("up"));
    String crlf = (FIRST + WORD + LAST + DONE).replace("\n", "\r\n").replace("data: ", "data:");
    assertThat(run(passage, utf8(crlf), 1)).isEqualTo(crlf);
    assertThat(passage.state()).isEqualTo(State.COMPLETE);
  }

  @Test
  void aStreamCutAnywhereBeforeItsLastChunkIsNoCleanEnd() {
    byte[] bytes = utf8(FIRST + WORD + WORD + LAST + DONE);
    int whole = utf8(FIRST + WORD + WORD).length;
    for (int cut = 0; cut < whole; cut++) {
      Passage passage = dialect.passage(ask(true), target("up"));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      passage.accept(bytes, 0, cut, out);
      passage.end(out);
      assertThat(passage.state()).as("cut at %d", cut).isEqualTo(State.FAILED);
      assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("[DONE]");
    }
  }

  @Test
  void aFinishedStreamWithoutDoneIsWhole() {
    Passage passage = dialect.passage(ask(true), target("up"));
    assertThat(run(passage, utf8(FIRST + WORD + LAST), 9)).isEqualTo(FIRST + WORD + LAST + DONE);
    assertThat(passage.state()).isEqualTo(State.COMPLETE);
  }

  @Test
  void anErrorInBandBeforeTheFirstWordCanStillGoElsewhere() {
    Passage passage = dialect.passage(ask(true), target("up"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] first = utf8(FIRST);
    passage.accept(first, 0, first.length, out);
    assertThat(passage.state()).isEqualTo(State.WAITING);
    byte[] error =
        utf8("data: {\"error\":{\"message\":\"busy\",\"type\":\"overloaded_error\"}}\n\n");
    passage.accept(error, 0, error.length, out);
    assertThat(passage.state()).isEqualTo(State.FAILED);
    assertThat(passage.failure())
        .extracting(Failure::kind, Failure::message)
        .containsExactly(Kind.OVERLOADED, "busy");
  }

  @Test
  void theWordErrorInATextIsNoError() {
    Passage passage = dialect.passage(ask(true), target("up"));
    String word = WORD.replace("héllo", "say \\\"error\\\" and \\\"usage\\\":");
    assertThat(run(passage, utf8(FIRST + word + LAST + DONE), 33))
        .isEqualTo(FIRST + word + LAST + DONE);
    assertThat(passage.state()).isEqualTo(State.COMPLETE);
  }

  @Test
  void hostileNumbersNeitherCrashNorCredit() {
    for (String number :
        new String[] {
          "-5", "1e308", "9223372036854775808", "\"7\"", "null", "{}", "[1]", "1e999999999"
        }) {
      Passage passage = dialect.passage(ask(true), target("up"));
      run(
          passage,
          utf8(
              FIRST + WORD + LAST + USAGE.replace("12", number).replace(":7", ":" + number) + DONE),
          64);
      assertThat(passage.state()).as(number).isEqualTo(State.COMPLETE);
      assertThat(passage.tokens().input()).as(number).isBetween(0L, Tokens.MOST);
      assertThat(passage.tokens().output()).as(number).isBetween(0L, Tokens.MOST);
    }
  }

  @Test
  void aRequestIsForwardedAsItCameButForModelAndUsage() {
    byte[] body = utf8("{ \"model\" : \"m\", \"stream\":true ,\"new_field\":[1, 2] }");
    Ask ask = dialect.skim(body);
    assertThat(new String(dialect.forward(ask, target("x\"y")), StandardCharsets.UTF_8))
        .isEqualTo(
            "{ \"model\" : \"x\\\"y\", \"stream\":true ,\"new_field\":[1, 2] ,\"stream_options\":{\"include_usage\":true}}");
    byte[] plain = utf8("{\"model\":\"m\",\"messages\":[]}");
    assertThat(dialect.forward(dialect.skim(plain), target("m"))).isSameAs(plain);
  }

  @Test
  void aRequestThatIsNotStrictJsonIsRefused() {
    for (String body :
        new String[] {
          "",
          "{",
          "[]",
          "{\"model\":\"m\"}x",
          "{\"a\":1}",
          "{\"model\":1}",
          "{\"model\":\"m\",\"stream\":1}"
        }) {
      assertThatThrownBy(() -> dialect.skim(utf8(body)))
          .as(body)
          .isInstanceOfSatisfying(
              Refused.class, r -> assertThat(r.failure().kind()).isEqualTo(Kind.INVALID));
    }
  }

  @Test
  void upstreamErrorsKeepTheirMessageButNotTheirBlame() {
    Failure limited =
        dialect.readFailure(
            429,
            name -> name.equals("retry-after") ? "7" : null,
            utf8(
                "{\"error\":{\"message\":\"slow down\",\"type\":\"x\",\"code\":\"rate_limit_exceeded\"}}"));
    Written written = dialect.writeFailure(limited, "r");
    assertThat(written.status()).isEqualTo(429);
    assertThat(written.headers())
        .containsEntry("retry-after", "7")
        .containsEntry("x-should-retry", "false");
    assertThat(new String(written.body(), StandardCharsets.UTF_8)).contains("slow down");
    assertThat(dialect.readFailure(401, _ -> null, utf8("{}")).kind()).isEqualTo(Kind.UPSTREAM);
    assertThat(
            dialect
                .readFailure(429, _ -> null, utf8("{\"error\":{\"code\":\"insufficient_quota\"}}"))
                .kind())
        .isEqualTo(Kind.EXHAUSTED);
    assertThat(dialect.readFailure(502, _ -> null, utf8("<html>bad gateway</html>")).message())
        .doesNotContain("<");
  }

  private static String run(Passage passage, byte[] bytes, int chop) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += chop) {
      passage.accept(bytes, at, Math.min(chop, bytes.length - at), out);
    }
    passage.end(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private Ask ask(boolean usage) {
    return dialect.skim(
        utf8(
            "{\"model\":\"m\",\"stream\":true"
                + (usage ? ",\"stream_options\":{\"include_usage\": true}" : "")
                + "}"));
  }

  private Target target(String model) {
    return new Target(dialect, model.equals("up") ? "m" : model, Set.of());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
