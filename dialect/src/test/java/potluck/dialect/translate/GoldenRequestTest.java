package potluck.dialect.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import potluck.dialect.Dialect;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.exchange.DialectExchange;
import potluck.dialect.wire.JsonTree;

/**
 * Translates a request with all fields of a dialect to each other dialect, and compares it with a
 * golden file. {@code -Dpotluck.write=true} writes the files.
 */
class GoldenRequestTest {
  private static final Path RESOURCES = Path.of("src/test/resources");

  static Stream<Arguments> dialectPairs() {
    return SampleStreams.dialectPairs();
  }

  @ParameterizedTest(name = "{0} over {1}")
  @MethodSource("dialectPairs")
  void requestMatchesTheGoldenFile(String client, String up) throws IOException {
    byte[] full = Files.readAllBytes(RESOURCES.resolve("requests/full." + client + ".json"));
    Dialect dialect = SampleStreams.dialect(client);
    Target target = new Target(SampleStreams.dialect(up), "m", Set.of());
    DialectExchange exchange =
        DialectExchange.between(
            dialect,
            dialect.scan(full).withModel("alias", true),
            target,
            TranslationOptions.DEFAULT);
    String body = JsonTree.read(exchange.body()).toPrettyString() + "\n";
    Path golden = RESOURCES.resolve("golden/request." + client + "-over-" + up + ".json");
    if (Boolean.getBoolean("potluck.write")) {
      Files.writeString(golden, body);
    }
    assertThat(body).isEqualTo(Files.readString(golden));
  }
}
