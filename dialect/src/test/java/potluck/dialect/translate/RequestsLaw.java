package potluck.dialect.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import potluck.dialect.Dialect;
import potluck.dialect.Options;
import potluck.dialect.Target;
import potluck.dialect.exchange.Exchange;
import potluck.dialect.wire.Tree;

/** A request that says all that a dialect can say, as every other upstream is sent it. */
class RequestsLaw {
  private static final Path RESOURCES = Path.of("src/test/resources");

  static java.util.stream.Stream<org.junit.jupiter.params.provider.Arguments> cells() {
    return Stories.cells();
  }

  @ParameterizedTest(name = "{0} over {1}")
  @MethodSource("cells")
  void theBodyIsTheOneOnRecord(String client, String up) throws IOException {
    byte[] full = Files.readAllBytes(RESOURCES.resolve("requests/full." + client + ".json"));
    Dialect dialect = Stories.dialect(client);
    Target target = new Target(Stories.dialect(up), "m", Set.of());
    Exchange exchange =
        Exchange.between(dialect, dialect.skim(full).at("alias", true), target, Options.DEFAULT);
    String body = Tree.read(exchange.body()).toPrettyString() + "\n";
    Path golden = RESOURCES.resolve("golden/request." + client + "-over-" + up + ".json");
    if (Boolean.getBoolean("potluck.write")) {
      Files.writeString(golden, body);
    }
    assertThat(body).isEqualTo(Files.readString(golden));
  }
}
