package potluck.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import potluck.gateway.account.Secret;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Change;
import potluck.gateway.store.ChangeFeed.Topic;
import potluck.gateway.store.RedisMirror;
import potluck.kit.ManualClock;

/** What a node knows of ended sessions; the SQL is tested with the server. */
class SessionsTest {
  private static final Duration ACCESS_LIFETIME = Duration.ofMinutes(15);
  private static final Jdbi NO_DATABASE =
      Jdbi.create(
          () -> {
            throw new IllegalStateException("this test has no database");
          });

  private final ManualClock clock = new ManualClock();
  private final ChangeFeed changes = new ChangeFeed(NO_DATABASE);
  private final List<String> mirrored = new ArrayList<>();
  private final Sessions sessions =
      new Sessions(
          NO_DATABASE,
          changes,
          new AccessTokens(
              new Keyring(new Secret("a-master-secret-of-32-bytes-or-more")),
              ACCESS_LIFETIME,
              clock),
          Duration.ofDays(30),
          new RecordingMirror(),
          clock);

  @Test
  void sessionIsActiveUntilItsEndIsAnnounced() {
    UUID session = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    assertThat(sessions.isActive(session)).isTrue();
    end(session);
    assertThat(sessions.isActive(session)).isFalse();
    assertThat(sessions.isActive(other)).isTrue();
  }

  @Test
  void sessionIsNotEndedByAChangeOfAnotherTopic() {
    UUID session = UUID.randomUUID();
    changes.receive(new Change(Topic.KEY, session.toString()));
    assertThat(sessions.isActive(session)).isTrue();
  }

  @Test
  void endedSessionIsMirroredOnceForTheLifetimeOfAccessTokens() {
    UUID session = UUID.randomUUID();
    end(session);
    end(session);
    assertThat(mirrored)
        .containsExactly("put blacklist:" + session + " PT15M", "remove session:" + session);
  }

  @Test
  void endedSessionIsRememberedAsLongAsItsAccessTokensMayLive() {
    UUID session = UUID.randomUUID();
    end(session);
    clock.advance(ACCESS_LIFETIME);
    endMany();
    assertThat(sessions.isActive(session)).isFalse();
  }

  @Test
  void endedSessionIsForgottenAfterItsAccessTokensExpired() {
    UUID session = UUID.randomUUID();
    end(session);
    clock.advance(ACCESS_LIFETIME.plusSeconds(61));
    endMany();
    // Nothing depends on it any more, because its access tokens have expired.
    assertThat(sessions.isActive(session)).isTrue();
  }

  private void end(UUID session) {
    changes.receive(new Change(Topic.SESSION, session.toString()));
  }

  /** Enough to make the sessions look for those that can be forgotten. */
  private void endMany() {
    for (int i = 0; i < 300; i++) {
      end(UUID.randomUUID());
    }
  }

  private final class RecordingMirror implements RedisMirror {
    @Override
    public void put(String key, String value, Duration life) {
      mirrored.add("put " + key + " " + life);
    }

    @Override
    public void remove(String key) {
      mirrored.add("remove " + key);
    }

    @Override
    public void publish(Change change) {}
  }
}
