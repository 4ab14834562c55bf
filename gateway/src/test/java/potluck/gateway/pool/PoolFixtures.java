package potluck.gateway.pool;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.User;
import potluck.gateway.key.Caller;
import potluck.gateway.route.ModelRoute;

/** Requests for tests of the pool. */
final class PoolFixtures {
  static final String MODEL = "m";

  private PoolFixtures() {}

  static LeaseRequest request(long user) {
    return request(user, null, 0);
  }

  static LeaseRequest request(long user, @Nullable String conversation, long tokens) {
    return new LeaseRequest(
        new ModelRoute(MODEL, List.of(new ModelRoute.Leg(MODEL, null))),
        new Caller(user(user), null, null, false),
        Set.of(),
        conversation,
        tokens);
  }

  private static User user(long id) {
    return new User(
        id,
        "u" + id,
        null,
        null,
        1,
        true,
        false,
        0,
        false,
        false,
        false,
        new UUID(0, id),
        0,
        Instant.EPOCH,
        null);
  }
}
