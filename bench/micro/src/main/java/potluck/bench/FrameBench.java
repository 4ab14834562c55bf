package potluck.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import potluck.dialect.Dialect;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.exchange.DialectExchange;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.Ask;

/** Time and garbage per frame of a stream that goes through a passage. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameBench {
  /** Frames per invocation, so that the cost of the passage itself is divided among them. */
  private static final int FRAMES = 1000;

  private static final String CHUNK =
      "data: {\"id\":\"chatcmpl-AbCdEf0123456789\",\"object\":\"chat.completion.chunk\","
          + "\"created\":1770000000,\"model\":\"gpt-4.1-nano-2025-04-14\",\"choices\":[{\"index\":0,"
          + "\"delta\":{\"content\":\" virtual\"},\"logprobs\":null,\"finish_reason\":null}],"
          + "\"usage\":null}\n\n";

  /**
   * Dialect of the client: the upstream's own dialect is passed through, the others are translated.
   */
  @Param({"openai", "anthropic", "responses", "gemini"})
  public String client = "openai";

  private final byte[] frame = CHUNK.getBytes(UTF_8);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 16);

  /** A stream of chat completions, one chunk per arrival. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public int frame() {
    Passage passage = passage();
    int written = 0;
    for (int i = 0; i < FRAMES; i++) {
      passage.accept(frame, 0, frame.length, out);
      written += out.size();
      out.reset();
    }
    return written;
  }

  private Passage passage() {
    Dialect dialect = Dialects.find(client).orElseThrow();
    byte[] body = "{\"model\":\"m\",\"stream\":true}".getBytes(UTF_8);
    Ask ask = dialect.scan(body).withModel("gpt-4.1-nano-2025-04-14", true);
    Dialect upstream = Dialects.find("openai").orElseThrow();
    Target target = new Target(upstream, "gpt-4.1-nano-2025-04-14", Set.of());
    return DialectExchange.between(dialect, ask, target, TranslationOptions.DEFAULT).passage();
  }
}
