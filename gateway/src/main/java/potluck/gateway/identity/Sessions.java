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
import potluck.gateway.store.Changes;
import potluck.gateway.store.Changes.What;
import potluck.gateway.store.FastCopy;

/**
 * Who is logged in where. A session is one device; it is opened by a login, ends by a logout, and
 * an access token of an ended session is dead on every node within two seconds. Safe for use by
 * many threads.
 */
public final class Sessions {
  private final Jdbi jdbi;
  private final Changes changes;
  private final AccessTokens access;
  private final Duration refreshLife;
  private final FastCopy copy;
  private final InstantSource clock;

  private static final int LOOK_EVERY = 256;
  private static final Duration SLACK = Duration.ofMinutes(1);

  /** Ended sessions whose access tokens could still be alive. */
  private final Map<UUID, Instant> ended = new ConcurrentHashMap<>();

  /**
   * @param copy gets a copy of each session
   */
  public Sessions(
      Jdbi jdbi,
      Changes changes,
      AccessTokens access,
      Duration refreshLife,
      FastCopy copy,
      InstantSource clock) {
    this.copy = copy;
    this.jdbi = jdbi;
    this.changes = changes;
    this.access = access;
    this.refreshLife = refreshLife;
    this.clock = clock;
    changes.listen(
        change -> {
          if (change.what() == What.SESSION) {
            ended(UUID.fromString(change.name()));
          }
        });
  }

  private void ended(UUID session) {
    Instant now = clock.instant();
    if (ended.putIfAbsent(session, now) != null) {
      return;
    }
    copy.put("blacklist:" + session, "1", access.life());
    copy.remove("session:" + session);
    if (ended.size() % LOOK_EVERY == 0) {
      // Their access tokens are dead by age.
      Instant since = now.minus(access.life()).minus(SLACK);
      ended.values().removeIf(at -> at.isBefore(since));
    }
  }

  /**
   * A pair of tokens.
   *
   * @param expiresIn life of the access token, in seconds
   */
  public record Pair(String access, String refresh, long expiresIn) {}

  /** Remembers the sessions that ended while their access tokens could still be alive. */
  public void load() {
    jdbi.useHandle(
        handle ->
            handle
                .createQuery("SELECT id FROM sessions WHERE ended_at > :since")
                .bind("since", Timestamp.from(clock.instant().minus(access.life())))
                .mapTo(UUID.class)
                .forEach(id -> ended.put(id, clock.instant())));
  }

  /** Logs a user in on a device. */
  public Pair open(User user, String userAgent, String address) {
    UUID session = UUID.randomUUID();
    String refresh = Digest.freshToken();
    Instant expires = clock.instant().plus(refreshLife);
    jdbi.useTransaction(
        handle -> {
          handle.execute(
              """
              INSERT INTO sessions (id, user_id, user_agent, address, expires_at)
              VALUES (?, ?, ?, ?, ?)
              """,
              session,
              user.id(),
              cut(userAgent),
              cut(address),
              Timestamp.from(expires));
          handle.execute(
              "INSERT INTO refresh_tokens (hash, session_id, expires_at) VALUES (?, ?, ?)",
              Digest.sha256(refresh),
              session,
              Timestamp.from(expires));
        });
    copy.put("session:" + session, Long.toString(user.id()), refreshLife);
    copy.put(copyOf(refresh), session.toString(), refreshLife);
    return new Pair(access.mint(user, session), refresh, access.life().toSeconds());
  }

  /** The name of a refresh token's copy: its hash, never the token. */
  static String copyOf(String refresh) {
    return "refresh_token:" + HexFormat.of().formatHex(Digest.sha256(refresh));
  }

  /** Whether an access token of this session is still good, as far as the session goes. */
  public boolean alive(UUID session) {
    return !ended.containsKey(session);
  }

  /** Ends a session, so that its tokens die. */
  public void end(UUID session, String why) {
    jdbi.useTransaction(handle -> end(handle, session, why));
    changes.announce(What.SESSION, session.toString());
  }

  /** Ends a session within a transaction; it is to be announced after that. */
  static void end(Handle handle, UUID session, String why) {
    handle.execute(
        "UPDATE sessions SET ended_at = now(), ended_because = ? WHERE id = ? AND ended_at IS NULL",
        why,
        session);
    Changes.record(handle, What.SESSION, session.toString());
  }

  static String cut(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300);
  }
}
