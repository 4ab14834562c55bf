package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The number of sockets depends on the open files that the system grants. */
class OpenFilesTest {
  /** Open files of an idle server with its own PostgreSQL: the measured number and a margin. */
  private static final int OWN_FILES = 200;

  @ParameterizedTest
  @ValueSource(ints = {256, 300, 512, 700, 1024, 4096, 65_536})
  void oneFileStaysFreeWhenAllSocketsAreInUse(int files) {
    int sockets = OpenFiles.maxSockets(16_000, files);
    assertThat(sockets + ServerLimits.ConnectionLimits.maxRejectionResponses(sockets) + OWN_FILES)
        .isLessThan(files);
    assertThat(sockets).isPositive();
  }

  @Test
  void enoughFilesGiveEachCallerAnUpstreamSocket() {
    assertThat(OpenFiles.maxSockets(16_000, 65_536)).isEqualTo(32_000);
  }

  @Test
  void tooFewFilesRefuseToStart() {
    assertThatThrownBy(() -> OpenFiles.maxSockets(16_000, 128)).hasMessageContaining("ulimit -n");
  }
}
