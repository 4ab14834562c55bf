package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaudeCodeVersionTest {
  @ParameterizedTest
  @CsvSource({
    "claude-cli/2.1.9 (external cli),true",
    "claude-cli/2.1.58 (external cli),true",
    "claude-cli/2.1.61 (external cli),true",
    "claude-cli/2.1.62 (external cli),false",
    "claude-cli/2.1.330 (external cli),false",
    "claude-cli/1.0.99,true",
    "claude-cli/3.0.0,false",
    "curl/8.0,false",
    "claude-cli/x.y.z,false"
  })
  void onlyOldVersionsNeedTheCountEarly(String userAgent, boolean needed) {
    assertThat(ClaudeCodeVersion.needsCount(userAgent)).isEqualTo(needed);
  }
}
