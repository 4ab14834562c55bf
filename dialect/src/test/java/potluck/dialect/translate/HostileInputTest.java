package potluck.dialect.translate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.dialect.Dialect;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.exchange.DialectExchange;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.Ask;
import potluck.dialect.model.FailureException;
import potluck.dialect.model.TokenUsage;

/** Input of upstreams and callers never makes a dialect throw, or count below zero. */
class HostileInputTest {
  private static final String[] NUMBERS = {
    "-5",
    "1e308",
    "-1e308",
    "9223372036854775808",
    "1e999999",
    "\"7\"",
    "null",
    "[]",
    "{}",
    "0.5",
    "true"
  };

  @ParameterizedTest
  @ValueSource(strings = {"openai", "responses", "anthropic", "gemini"})
  void usageCountersAreClamped(String up) throws IOException {
    String sample = new String(read("/streams/text." + up + ".sse"), UTF_8);
    for (String number : NUMBERS) {
      for (String original : new String[] {"1234", "1034", "200", "56", "20", "1290", "36"}) {
        String hostile = sample.replaceAll(":" + original + "(?!\\d)", ":" + number);
        for (Dialect client : Dialects.all()) {
          Passage passage = run(client, up, hostile.getBytes(UTF_8));
          TokenUsage tokens = passage.tokens();
          assertThat(tokens.input()).isBetween(0L, TokenUsage.MAX_COUNT);
          assertThat(tokens.output()).isBetween(0L, TokenUsage.MAX_COUNT);
          assertThat(tokens.cached() + tokens.cacheWritten()).isBetween(0L, tokens.input());
          assertThat(passage.state())
              .as("%s for %s to %s: %s", number, original, client.name(), passage.failure())
              .isEqualTo(Passage.State.COMPLETE);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "responses", "anthropic", "gemini"})
  void damagedStreamsNeverThrow(String up) throws IOException {
    Random random = new Random(11);
    for (String sample : new String[] {"text", "calls"}) {
      byte[] bytes = read("/streams/" + sample + "." + up + ".sse");
      for (int i = 0; i < 60; i++) {
        byte[] damaged = damage(bytes, random);
        for (Dialect client : Dialects.all()) {
          assertThat(run(client, up, damaged).state())
              .isIn(Passage.State.COMPLETE, Passage.State.FAILED);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "responses", "anthropic", "gemini"})
  void damagedRequestsAreRejectedOrTranslated(String name) throws IOException {
    Random random = new Random(13);
    byte[] bytes = read("/requests/full." + name + ".json");
    Dialect client = Dialects.find(name).orElseThrow();
    for (int i = 0; i < 300; i++) {
      byte[] damaged = i % 2 == 0 ? damage(bytes, random) : swap(bytes, random);
      for (Dialect up : Dialects.all()) {
        try {
          Ask ask = client.scan(damaged);
          DialectExchange.between(
              client, ask, new Target(up, "m", Set.of()), TranslationOptions.DEFAULT);
        } catch (FailureException refused) {
          assertThat(refused.failure().message()).isNotEmpty();
        }
      }
    }
  }

  /** Replaces some values with others, which gives valid JSON of unexpected types. */
  private static byte[] swap(byte[] bytes, Random random) {
    String text = new String(bytes, UTF_8);
    String[] from = {
      "\"t\"",
      "100",
      "{}",
      "[]",
      "\"f\"",
      "true",
      "\"user\"",
      "0.5",
      "{\"name\":\"f\"}",
      "\"x\",",
      "\"text\""
    };
    String[] to = {"null", "7", "\"s\"", "[1]", "{\"a\":[null]}", "-1", "1e400", "[[]]"};
    for (int k = 0; k < 3; k++) {
      text = text.replace(from[random.nextInt(from.length)], to[random.nextInt(to.length)]);
    }
    return text.getBytes(UTF_8);
  }

  private static byte[] damage(byte[] bytes, Random random) {
    byte[] damaged = bytes.clone();
    for (int k = random.nextInt(4); k >= 0; k--) {
      int at = random.nextInt(damaged.length);
      damaged[at] =
          (byte)
              (random.nextBoolean()
                  ? "\"{}[]:,0\\\n ".charAt(random.nextInt(11))
                  : random.nextInt(256));
    }
    return damaged;
  }

  private static Passage run(Dialect client, String name, byte[] bytes) {
    Dialect up = Dialects.find(name).orElseThrow();
    Ask ask = client.scan("{\"model\":\"m\"}".getBytes(UTF_8)).withModel("m", true);
    Target target = new Target(up, "m", Set.of());
    Passage passage =
        DialectExchange.between(client, ask, target, TranslationOptions.DEFAULT).passage();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += 37) {
      passage.accept(bytes, at, Math.min(37, bytes.length - at), out);
    }
    passage.end(out);
    return passage;
  }

  private static byte[] read(String file) throws IOException {
    try (InputStream in = HostileInputTest.class.getResourceAsStream(file)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }
}
