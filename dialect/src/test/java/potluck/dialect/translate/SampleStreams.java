package potluck.dialect.translate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import potluck.dialect.Dialect;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.exchange.DialectExchange;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.Ask;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.Span;

/** Streams as upstreams send them, one file per name and dialect, and helpers to translate them. */
final class SampleStreams {
  private static final List<String> NAMES =
      List.of("text", "calls", "thought", "refusal", "length", "written", "sequence");

  private SampleStreams() {}

  /**
   * Every client dialect over every other upstream dialect that has a stream of a name: client,
   * upstream, name.
   */
  static Stream<Arguments> forEachClient() {
    return dialectPairs()
        .flatMap(
            pair ->
                NAMES.stream()
                    .filter(name -> exists(name, (String) pair.get()[1]))
                    .map(name -> Arguments.of(pair.get()[0], pair.get()[1], name)));
  }

  /** Every client dialect over every other upstream dialect: client, upstream. */
  static Stream<Arguments> dialectPairs() {
    return Dialects.all().stream()
        .flatMap(
            client ->
                Dialects.all().stream()
                    .filter(up -> !up.name().equals(client.name()))
                    .map(up -> Arguments.of(client.name(), up.name())));
  }

  private static boolean exists(String name, String up) {
    return SampleStreams.class.getResource("/streams/" + name + "." + up + ".sse") != null;
  }

  static String stream(String name, String up) {
    try (InputStream in =
        SampleStreams.class.getResourceAsStream("/streams/" + name + "." + up + ".sse")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The passage of a stream for a client that called the model {@code alias}. */
  static Passage passage(String client, String up) {
    String body = "{\"model\":\"alias\",\"stream_options\":{\"include_usage\":true},\"x\":1}";
    Ask ask = dialect(client).scan(body.getBytes(UTF_8)).withModel("alias", true);
    Target target = new Target(dialect(up), "m", Set.of());
    return DialectExchange.between(dialect(client), ask, target, TranslationOptions.DEFAULT)
        .passage();
  }

  static String run(Passage passage, String stream) {
    byte[] bytes = stream.getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    passage.accept(bytes, 0, bytes.length, out);
    passage.end(out);
    return out.toString(UTF_8);
  }

  /** Reads a stream as a client of the dialect. */
  static AssembledAnswer read(String name, String stream) {
    AssembledAnswer answer = new AssembledAnswer();
    EventReader reader = dialect(name).reader();
    Sequencer sequencer = new Sequencer(original -> original, answer::add);
    FrameReader frames = new FrameReader();
    byte[] bytes = stream.getBytes(UTF_8);
    frames.feed(bytes, 0, bytes.length);
    while (frames.next()) {
      Span span = new Span(frames.dataFrom(), frames.dataTo());
      if (frames.hasData() && !span.text(frames.data()).equals("[DONE]")) {
        reader.readFrame(JsonTree.read(frames.data(), span.from(), span.to()), sequencer);
      }
    }
    reader.end(sequencer);
    return answer;
  }

  static Dialect dialect(String name) {
    return Dialects.find(name).orElseThrow();
  }
}
