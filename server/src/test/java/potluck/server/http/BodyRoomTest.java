package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.Refused;

class BodyRoomTest {
  private final BodyRoom room = new BodyRoom(100);

  @Test
  void whoComesTooLateIsToldToComeAgainAndFindsRoomOnceOthersHaveLeft() {
    BodyRoom.Share first = room.open();
    first.take(80);
    try (BodyRoom.Share second = room.open()) {
      second.take(20);
      assertThatThrownBy(() -> second.take(1))
          .isInstanceOfSatisfying(
              Refused.class,
              refused -> {
                assertThat(refused.failure().kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(refused.failure().retryAfter()).isNotNull();
              });
    }
    first.close();
    first.close();
    assertThat(room.taken()).isZero();
    room.open().take(100);
  }
}
