package potluck.dialect.verbatim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.dialect.Dialect;
import potluck.dialect.DialectResponse;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.TokenUsage;

/** Properties of every dialect when client and upstream speak the same one. */
class VerbatimPassageTest {
  private static final TokenUsage EXPECTED = new TokenUsage(1234, 200, 0, 56, 20);

  @ParameterizedTest
  @ValueSource(strings = {"responses", "anthropic", "gemini"})
  void streamIsCopiedForEveryChunkSize(String name) {
    for (String ending : new String[] {"\n", "\r\n"}) {
      String stream = sample(name).replace("\n", ending);
      for (int size : new int[] {1, 2, 7, 100, 100_000}) {
        Passage passage = passage(name, "m", true);
        assertThat(run(passage, stream, size)).isEqualTo(stream);
        assertThat(passage.state()).isEqualTo(Passage.State.COMPLETE);
        assertThat(passage.tokens()).isEqualTo(EXPECTED);
        assertThat(passage.usage().isCounted()).isTrue();
        assertThat(passage.textBytes()).isEqualTo("héllo 🙂".getBytes(UTF_8).length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "anthropic", "gemini"})
  void streamRestoresTheRequestedModelName(String name) {
    assertThat(run(passage(name, "alias", true), sample(name), 9))
        .isEqualTo(sample(name).replace("\"m\"", "\"alias\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "anthropic", "gemini"})
  void streamFailsIfTruncated(String name) {
    byte[] bytes = sample(name).getBytes(UTF_8);
    int last = sample(name).stripTrailing().getBytes(UTF_8).length - 1;
    for (int length = 0; length < last; length++) {
      Passage passage = passage(name, "m", true);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      passage.accept(bytes, 0, length, out);
      passage.end(out);
      assertThat(passage.state()).as("cut at %d", length).isEqualTo(Passage.State.FAILED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "responses", "anthropic", "gemini"})
  void streamErrorIsReadAsAFailure(String name) {
    Dialect dialect = dialect(name);
    Ask ask = dialect.scan("{\"model\":\"x\"}".getBytes(UTF_8));
    byte[] broken =
        dialect.writeStreamError(ask, Failure.of(Failure.Kind.OVERLOADED, "busy"), "req_1");
    Passage passage = passage(name, "m", true);
    assertThat(run(passage, new String(broken, UTF_8), 3)).isEmpty();
    assertThat(passage.state()).isEqualTo(Passage.State.FAILED);
    assertThat(passage.failure()).extracting(Failure::message).isEqualTo("busy");
  }

  @ParameterizedTest
  @CsvSource({
    "openai,OVERLOADED,503",
    "responses,OVERLOADED,503",
    "anthropic,OVERLOADED,529",
    "gemini,OVERLOADED,503",
    "openai,UPSTREAM,502",
    "anthropic,UPSTREAM,502",
    "gemini,UPSTREAM,503",
    "anthropic,UPSTREAM_TIMEOUT,504",
    "gemini,QUOTA_EXHAUSTED,429",
    "anthropic,UNAUTHENTICATED,401",
    "gemini,UNPROCESSABLE,422",
    "anthropic,UNPROCESSABLE,422",
    "gemini,UNSUPPORTED_MEDIA,415",
    "openai,NOT_FOUND,404"
  })
  void failureHasTheStatusOfTheDialect(String name, Failure.Kind kind, int status) {
    DialectResponse written = dialect(name).writeFailure(Failure.of(kind, "why"), "req_1");
    assertThat(written.status()).isEqualTo(status);
    assertThat(new String(written.body(), UTF_8)).contains("\"message\":\"why\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "responses", "anthropic", "gemini"})
  void failureOfAnUnprocessableRequestIs400(String name) {
    Failure failure = Failure.of(Failure.Kind.UNPROCESSABLE, "why").upstreamStatus(422);
    assertThat(dialect(name).writeFailure(failure, "req_1").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "openai,OVERLOADED", "responses,UNAVAILABLE", "anthropic,OVERLOADED",
    "anthropic,UNAVAILABLE", "gemini,OVERLOADED", "gemini,UNAVAILABLE"
  })
  void failureOfAnUnavailableServiceHasRetryAfter(String name, Failure.Kind kind) {
    Failure withoutDelay = Failure.of(kind, "why");
    assertThat(dialect(name).writeFailure(withoutDelay, "r").headers())
        .containsEntry("retry-after", "5");
    Failure withDelay = withoutDelay.retryAfter(Duration.ofSeconds(2));
    assertThat(dialect(name).writeFailure(withDelay, "r").headers())
        .containsEntry("retry-after", "2");
  }

  @Test
  void geminiStreamIsAJsonArrayWithoutSse() {
    Dialect gemini = dialect("gemini");
    Ask ask = gemini.scan("{\"contents\":[]}".getBytes(UTF_8)).withModel("m", true).asJsonArray();
    Passage passage = gemini.passage(ask, new Target(gemini, "m", Set.of()));
    String array = run(passage, sample("gemini"), 5);
    assertThat(array).startsWith("[{").contains("},\r\n{").endsWith("}]");
  }

  @ParameterizedTest
  @CsvSource({
    "openai,true,/chat/completions",
    "responses,true,/responses",
    "anthropic,false,/v1/messages",
    "gemini,false,/v1beta/models/m:generateContent",
    "gemini,true,/v1beta/models/m:streamGenerateContent?alt=sse"
  })
  void pathMatchesTheDialect(String name, boolean stream, String path) {
    Dialect dialect = dialect(name);
    assertThat(dialect.path(new Target(dialect, "m", Set.of()), stream)).isEqualTo(path);
  }

  private static Passage passage(String name, String alias, boolean stream) {
    Dialect dialect = dialect(name);
    Ask ask = dialect.scan("{\"model\":\"x\"}".getBytes(UTF_8)).withModel(alias, stream);
    return dialect.passage(ask, new Target(dialect, "m", Set.of()));
  }

  private static Dialect dialect(String name) {
    return Dialects.find(name).orElseThrow();
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

  private static String sample(String name) {
    try (InputStream in =
        VerbatimPassageTest.class.getResourceAsStream("/streams/text." + name + ".sse")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
