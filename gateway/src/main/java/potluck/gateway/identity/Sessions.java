package potluck.gateway.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.crypto.RandomToken;
import potluck.gateway.crypto.Sha256;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Recorder;
import potluck.gateway.store.ChangeFeed.Topic;
import potluck.gateway.store.RedisMirror;

/**
 * Sessions of logged-in users. A session is one device: a login creates it and a logout ends it.
 * The access token of an ended session is invalid on every node within two seconds. Thread-safe.
 */
public final class Sessions {
  private final Jdbi jdbi;
  private final ChangeFeed changes;
  private final AccessTokens accessTokens;
  private final Duration refreshLifetime;
  private final RedisMirror mirror;
  private final InstantSource clock;

  private static final int PRUNE_EVERY = 256;
  private static final Duration PRUNE_SLACK = Duration.ofMinutes(1);

  /** Ended sessions whose access tokens may not have expired yet. */
  private final Map<UUID, Instant> endedSessions = new ConcurrentHashMap<>();

  /**
   * @param mirror receives a copy of each session
   */
  public Sessions(
      Jdbi jdbi,
      ChangeFeed changes,
      AccessTokens accessTokens,
      Duration refreshLifetime,
      RedisMirror mirror,
      InstantSource clock) {
    this.mirror = mirror;
    this.jdbi = jdbi;
    this.changes = changes;
    this.accessTokens = accessTokens;
    this.refreshLifetime = refreshLifetime;
    this.clock = clock;
    changes.listen(
        change -> {
          if (change.topic() == Topic.SESSION) {
            rememberEnded(UUID.fromString(change.id()));
          }
        });
  }

  private void rememberEnded(UUID session) {
    Instant now = clock.instant();
    if (endedSessions.putIfAbsent(session, now) != null) {
      return;
    }
    mirror.put("blacklist:" + session, "1", accessTokens.lifetime());
    mirror.remove("session:" + session);
    if (endedSessions.size() % PRUNE_EVERY == 0) {
      // The access tokens of older sessions have expired.
      Instant since = now.minus(accessTokens.lifetime()).minus(PRUNE_SLACK);
      endedSessions.values().removeIf(at -> at.isBefore(since));
    }
  }

  /**
   * An access token and a refresh token.
   *
   * @param expiresInSeconds remaining lifetime of the access token
   */
  public record TokenPair(String accessToken, String refreshToken, long expiresInSeconds) {}

  /** How long a refresh token is valid. */
  public Duration refreshLifetime() {
    return refreshLifetime;
  }

  /** Reads the sessions that ended while their access tokens may still be valid. */
  public void load() {
    jdbi.useHandle(
        handle ->
            handle
                .createQuery("SELECT id FROM sessions WHERE ended_at > :since")
                .bind("since", clock.instant().minus(accessTokens.lifetime()))
                .mapTo(UUID.class)
                .forEach(id -> endedSessions.put(id, clock.instant())));
  }

  /** Creates the session of a login. */
  public TokenPair create(User user, String userAgent, String address) {
    UUID session = UUID.randomUUID();
    String refresh = RandomToken.create();
    Instant expires = clock.instant().plus(refreshLifetime);
    jdbi.useTransaction(
        handle -> {
          handle.execute(
              """
              INSERT INTO sessions (id, user_id, user_agent, address, expires_at)
              VALUES (?, ?, ?, ?, ?)
              """,
              session,
              user.id(),
              truncate(userAgent),
              truncate(address),
              expires);
          handle.execute(
              "INSERT INTO refresh_tokens (hash, session_id, expires_at) VALUES (?, ?, ?)",
              Sha256.of(refresh),
              session,
              expires);
        });
    mirror.put("session:" + session, Long.toString(user.id()), refreshLifetime);
    mirror.put(mirrorKey(refresh), session.toString(), refreshLifetime);
    return new TokenPair(
        accessTokens.issue(user, session), refresh, accessTokens.lifetime().toSeconds());
  }

  /** The name of a refresh token's copy in the mirror: its hash, never the token. */
  static String mirrorKey(String refresh) {
    return "refresh_token:" + HexFormat.of().formatHex(Sha256.of(refresh));
  }

  /** Whether the session has not ended. It does not check whether a token has expired. */
  public boolean isActive(UUID session) {
    return !endedSessions.containsKey(session);
  }

  /** Ends a session and makes its tokens invalid. */
  public void end(UUID session, String reason) {
    changes.<Boolean, RuntimeException>inTransaction(
        (handle, recorder) -> {
          end(handle, recorder, session, reason);
          return true;
        });
  }

  /** Ends a session inside the caller's transaction. */
  static void end(Handle handle, Recorder recorder, UUID session, String reason) {
    handle.execute(
        "UPDATE sessions SET ended_at = now(), ended_because = ? WHERE id = ? AND ended_at IS NULL",
        reason,
        session);
    recorder.add(Topic.SESSION, session.toString());
  }

  static String truncate(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300);
  }
}
