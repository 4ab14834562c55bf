package potluck.server.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import potluck.server.testing.TestServer;

/** A configured administrator password is applied once; a restart keeps a changed password. */
@Timeout(120)
class AdminPasswordIT {
  private static final String CHANGED = "a-password-chosen-later";
  private static final String CONFIGURED_LATER = "a-password-configured-later";

  @Test
  void changedPasswordSurvivesRestartsUntilTheSettingChanges() {
    TestServer first = TestServer.start(Map.of());
    Path folder = first.folder();
    assertThat(
            first
                .call(
                    "POST",
                    "/api/auth/password",
                    first.admin(),
                    "{\"current_password\":\"%s\",\"new_password\":\"%s\"}"
                        .formatted(TestServer.PASSWORD, CHANGED))
                .status())
        .isEqualTo(200);
    first.close();

    TestServer again = TestServer.startIn(folder, Map.of());
    assertThat(again.login(TestServer.ADMIN, CHANGED)).isNotEmpty();
    assertThat(again.login(TestServer.ADMIN, TestServer.PASSWORD)).isEmpty();
    again.close();

    TestServer configured = TestServer.startIn(folder, Map.of("ADMIN_PASSWORD", CONFIGURED_LATER));
    try {
      assertThat(configured.login(TestServer.ADMIN, CONFIGURED_LATER)).isNotEmpty();
      assertThat(configured.login(TestServer.ADMIN, CHANGED)).isEmpty();
    } finally {
      configured.close();
    }
  }
}
