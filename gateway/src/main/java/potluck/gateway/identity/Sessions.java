package potluck.gateway.identity;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.crypto.Sha256;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;
import potluck.gateway.store.RedisMirror;

/**
 * Who is logged in where. A session is one device; it is opened by a login, ends by a logout, and
 * an access token of an ended session is dead on every node within two seconds. Safe for use by
 * many threads.
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

  /** Ended sessions whose access tokens could still be alive. */
  private final Map<UUID, Instant> endedSessions = new ConcurrentHashMap<>();

  /**
   * @param copy gets a copy of each session
   */
  public Sessions(
      Jdbi jdbi,
      ChangeFeed changes,
      AccessTokens access,
      Duration refreshLife,
      RedisMirror copy,
      InstantSource clock) {
    this.mirror = copy;
    this.jdbi = jdbi;
    this.changes = changes;
    this.accessTokens = access;
    this.refreshLifetime = refreshLife;
    this.clock = clock;
    changes.listen(
        change -> {
          if (change.topic() == Topic.SESSION) {
            endedSessions(UUID.fromString(change.id()));
          }
        });
  }

  private void endedSessions(UUID session) {
    Instant now = clock.instant();
    if (endedSessions.putIfAbsent(session, now) != null) {
      return;
    }
    mirror.put("blacklist:" + session, "1", accessTokens.lifetime());
    mirror.remove("session:" + session);
    if (endedSessions.size() % PRUNE_EVERY == 0) {
      // Their access tokens are dead by age.
      Instant since = now.minus(accessTokens.lifetime()).minus(PRUNE_SLACK);
      endedSessions.values().removeIf(at -> at.isBefore(since));
    }
  }

  /**
   * A pair of tokens.
   *
   * @param expiresInSeconds life of the access token, in seconds
   */
  public record TokenPair(String accessToken, String refreshToken, long expiresInSeconds) {}

  /** Remembers the sessions that ended while their access tokens could still be alive. */
  public void load() {
    jdbi.useHandle(
        handle ->
            handle
                .createQuery("SELECT id FROM sessions WHERE ended_at > :since")
                .bind("since", Timestamp.from(clock.instant().minus(accessTokens.lifetime())))
                .mapTo(UUID.class)
                .forEach(id -> endedSessions.put(id, clock.instant())));
  }

  /** Logs a user in on a device. */
  public TokenPair create(User user, String userAgent, String address) {
    UUID session = UUID.randomUUID();
    String refresh = Sha256.randomToken();
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
              Timestamp.from(expires));
          handle.execute(
              "INSERT INTO refresh_tokens (hash, session_id, expires_at) VALUES (?, ?, ?)",
              Sha256.of(refresh),
              session,
              Timestamp.from(expires));
        });
    mirror.put("session:" + session, Long.toString(user.id()), refreshLifetime);
    mirror.put(mirrorKey(refresh), session.toString(), refreshLifetime);
    return new TokenPair(
        accessTokens.issue(user, session), refresh, accessTokens.lifetime().toSeconds());
  }

  /** The name of a refresh token's copy: its hash, never the token. */
  static String mirrorKey(String refresh) {
    return "refresh_token:" + HexFormat.of().formatHex(Sha256.of(refresh));
  }

  /** Whether an access token of this session is still good, as far as the session goes. */
  public boolean isActive(UUID session) {
    return !endedSessions.containsKey(session);
  }

  /** Ends a session, so that its tokens die. */
  public void end(UUID session, String why) {
    jdbi.useTransaction(handle -> end(handle, session, why));
    changes.announce(Topic.SESSION, session.toString());
  }

  /** Ends a session within a transaction; it is to be announced after that. */
  static void end(Handle handle, UUID session, String why) {
    handle.execute(
        "UPDATE sessions SET ended_at = now(), ended_because = ? WHERE id = ? AND ended_at IS NULL",
        why,
        session);
    ChangeFeed.record(handle, Topic.SESSION, session.toString());
  }

  static String truncate(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300);
  }
}
