package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.FailureException;

class BodyMemoryLimitTest {
  private final BodyMemoryLimit limit = new BodyMemoryLimit(100);

  @Test
  void refusesBeyondTheLimitUntilMemoryIsFreed() {
    BodyMemoryLimit.Share first = limit.openShare();
    first.reserve(80);
    try (BodyMemoryLimit.Share second = limit.openShare()) {
      second.reserve(20);
      assertThatThrownBy(() -> second.reserve(1))
          .isInstanceOfSatisfying(
              FailureException.class,
              refused -> {
                assertThat(refused.failure().kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(refused.failure().retryAfter()).isNotNull();
              });
    }
    first.close();
    first.close();
    assertThat(limit.reservedBytes()).isZero();
    limit.openShare().reserve(100);
  }
}
