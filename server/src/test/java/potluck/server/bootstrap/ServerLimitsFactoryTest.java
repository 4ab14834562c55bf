package potluck.server.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.server.http.ServerLimits;

/** How many connections there may be goes by the files that the system grants. */
class ServerLimitsFactoryTest {
  /** What an idle program with its own PostgreSQL has open, counted, and some. */
  private static final int OF_OUR_OWN = 200;

  @ParameterizedTest
  @ValueSource(ints = {256, 300, 512, 700, 1024, 4096, 65_536})
  void oneFileStaysFreeWhenAllSocketsAreInUse(int files) {
    int sockets = ServerLimitsFactory.sockets(16_000, files);
    assertThat(sockets + ServerLimits.maxRejectionResponses(sockets) + OF_OUR_OWN)
        .isLessThan(files);
    assertThat(sockets).isPositive();
  }

  @Test
  void enoughFilesGiveEachCallerAnUpstreamSocket() {
    assertThat(ServerLimitsFactory.sockets(16_000, 65_536)).isEqualTo(32_000);
  }

  @Test
  void tooFewFilesRefuseToStart() {
    assertThatThrownBy(() -> ServerLimitsFactory.sockets(16_000, 128))
        .hasMessageContaining("ulimit -n");
  }
}
