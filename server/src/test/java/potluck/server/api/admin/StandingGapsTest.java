package potluck.server.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import potluck.gateway.account.StandingHistory.Span;
import potluck.gateway.account.StandingHistory.Strip;

/** A gap begins when the last ready account is not ready any more, and ends with the next one. */
class StandingGapsTest {
  @Test
  void gapIsWhereNoAccountIsReadyAndOneIsOn() {
    Strip one = strip(span(0, 10, "ready"), span(10, 40, "resting"), span(40, 60, "ready"));
    Strip other = strip(span(0, 20, "ready"), span(20, 30, "spent"), span(30, 60, "off"));
    assertThat(StandingGaps.of(List.of(one, other)))
        .containsExactly(new StandingGaps.Gap(at(20), at(40)));
  }

  @Test
  void accountsThatAreOffHaveNoGap() {
    assertThat(StandingGaps.of(List.of(strip(span(0, 60, "off"))))).isEmpty();
    assertThat(StandingGaps.of(List.of(strip(span(0, 30, "off"), span(30, 60, "revoked")))))
        .containsExactly(new StandingGaps.Gap(at(30), at(60)));
  }

  private static Strip strip(Span... spans) {
    return new Strip("a", 1, "openai", List.of(spans));
  }

  private static Span span(long from, long to, String standing) {
    return new Span(at(from), at(to), standing);
  }

  private static Instant at(long minute) {
    return Instant.EPOCH.plusSeconds(60 * minute);
  }
}
