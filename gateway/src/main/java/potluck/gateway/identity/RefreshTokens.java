package potluck.gateway.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.crypto.Sha256;
import potluck.gateway.identity.Sessions.TokenPair;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;
import potluck.gateway.store.RedisMirror;

/**
 * Exchanges a refresh token for the next pair of tokens, once. If the token is used again within
 * the grace period, the same pair is returned, so that a lost response or several browser tabs do
 * not log the user out. Exchanges in one session are serialised by a lock on its row. Thread-safe.
 */
public final class RefreshTokens {
  private final Jdbi jdbi;
  private final ChangeFeed changes;
  private final AccessTokens accessTokens;
  private final TokenPairCipher pairCipher;
  private final Rules rules;
  private final RedisMirror mirror;
  private final InstantSource clock;

  /**
   * @param mirror receives a copy of each token
   */
  public RefreshTokens(
      Jdbi jdbi,
      ChangeFeed changes,
      AccessTokens accessTokens,
      Keyring keyring,
      Rules rules,
      RedisMirror mirror,
      InstantSource clock) {
    this.mirror = mirror;
    this.jdbi = jdbi;
    this.changes = changes;
    this.accessTokens = accessTokens;
    this.pairCipher = new TokenPairCipher(keyring);
    this.rules = rules;
    this.clock = clock;
  }

  /** Replaces the keys; the newest one encrypts. */
  public void rotateKeys(Keyring keyring) {
    pairCipher.rotateKeys(keyring);
  }

  /**
   * The operator's settings.
   *
   * @param lifetime how long a refresh token is valid
   * @param reuseGrace time after a rotation in which a repeated use is accepted
   * @param strict whether any later reuse ends the session, even from the same device
   */
  public record Rules(Duration lifetime, Duration reuseGrace, boolean strict) {}

  /** The session of a token, and where it was opened. */
  private record TokenSession(
      UUID session, long user, String agent, String address, Instant expires, boolean ended) {}

  private record StoredToken(
      Instant expires, @Nullable Instant rotated, byte @Nullable [] successor) {}

  /** The new pair, and the session that must be announced as ended, if any. */
  private record Outcome(Optional<TokenPair> pair, @Nullable UUID ended) {}

  /**
   * @return empty if the token is unknown, expired or used up, or its session has ended
   * @throws UserDisabled if the user is disabled
   */
  public Optional<TokenPair> refresh(String token, String userAgent, String address) {
    Outcome outcome =
        jdbi.inTransaction(
            handle -> refreshLocked(handle, token, Sessions.truncate(userAgent), address));
    if (outcome.ended() != null) {
      changes.announce(Topic.SESSION, outcome.ended().toString());
    }
    outcome.pair().ifPresent(pair -> updateMirror(token, pair));
    return outcome.pair();
  }

  private void updateMirror(String before, TokenPair pair) {
    Optional<AccessTokens.Claims> claims = accessTokens.verify(pair.accessToken());
    if (claims.isPresent()) {
      String session = claims.get().session().toString();
      mirror.remove(Sessions.mirrorKey(before));
      mirror.put(Sessions.mirrorKey(pair.refreshToken()), session, rules.lifetime());
    }
  }

  private Outcome refreshLocked(Handle handle, String text, String agent, String address) {
    byte[] hash = Sha256.of(text);
    Optional<TokenSession> owner = lock(handle, hash);
    if (owner.isEmpty() || owner.get().ended() || isPast(owner.get().expires())) {
      return new Outcome(Optional.empty(), null);
    }
    // Read after the lock: another exchange of this token may just have rotated it.
    StoredToken token = token(handle, hash);
    Optional<User> user = Users.find(handle, owner.get().user());
    if (user.isEmpty() || isPast(token.expires())) {
      return new Outcome(Optional.empty(), null);
    }
    if (!user.get().active()) {
      throw new UserDisabled();
    }
    if (token.rotated() == null || token.successor() == null) {
      return new Outcome(
          Optional.of(rotate(handle, text, hash, user.get(), owner.get().session())), null);
    }
    TokenPairCipher.OpenedPair next = pairCipher.open(text, token.successor());
    boolean inGrace = clock.instant().isBefore(token.rotated().plus(rules.reuseGrace()));
    if (inGrace || !isUsed(handle, next.refreshToken())) {
      return new Outcome(Optional.of(reissue(next, user.get(), owner.get().session())), null);
    }
    boolean otherDevice =
        !owner.get().agent().equals(agent) || !ClientNetwork.isSame(owner.get().address(), address);
    if (rules.strict() || otherDevice) {
      Sessions.end(handle, owner.get().session(), "reuse");
      return new Outcome(Optional.empty(), owner.get().session());
    }
    return new Outcome(Optional.empty(), null);
  }

  private TokenPair rotate(Handle handle, String text, byte[] hash, User user, UUID session) {
    Instant now = clock.instant();
    Timestamp expires = Timestamp.from(now.plus(rules.lifetime()));
    TokenPair pair =
        new TokenPair(
            accessTokens.issue(user, session),
            Sha256.randomToken(),
            accessTokens.lifetime().toSeconds());
    handle.execute(
        "INSERT INTO refresh_tokens (hash, session_id, issued_at, expires_at) VALUES (?, ?, ?, ?)",
        Sha256.of(pair.refreshToken()),
        session,
        Timestamp.from(now),
        expires);
    handle.execute(
        "UPDATE refresh_tokens SET rotated_at = ?, successor = ?, used = true WHERE hash = ?",
        Timestamp.from(now),
        pairCipher.seal(text, pair.accessToken(), pair.refreshToken()),
        hash);
    handle.execute(
        "UPDATE sessions SET last_seen_at = ?, expires_at = ? WHERE id = ?",
        Timestamp.from(now),
        expires,
        session);
    return pair;
  }

  /** The same pair; if its access token has expired, with a new access token. */
  private TokenPair reissue(TokenPairCipher.OpenedPair next, User user, UUID session) {
    return accessTokens
        .verify(next.accessToken())
        .map(
            claims ->
                new TokenPair(
                    next.accessToken(),
                    next.refreshToken(),
                    Duration.between(clock.instant(), claims.expiresAt()).toSeconds()))
        .orElseGet(
            () ->
                new TokenPair(
                    accessTokens.issue(user, session),
                    next.refreshToken(),
                    accessTokens.lifetime().toSeconds()));
  }

  private boolean isPast(Instant expires) {
    return !clock.instant().isBefore(expires);
  }

  private static boolean isUsed(Handle handle, String refresh) {
    return handle
        .createQuery("SELECT used FROM refresh_tokens WHERE hash = :hash")
        .bind("hash", Sha256.of(refresh))
        .mapTo(Boolean.class)
        .findOne()
        .orElse(true);
  }

  private static Optional<TokenSession> lock(Handle handle, byte[] hash) {
    return handle
        .createQuery(
            """
            SELECT * FROM sessions
            WHERE id = (SELECT session_id FROM refresh_tokens WHERE hash = :hash) FOR UPDATE
            """)
        .bind("hash", hash)
        .map((rs, _) -> owner(rs))
        .findOne();
  }

  private static TokenSession owner(ResultSet rs) throws SQLException {
    return new TokenSession(
        rs.getObject("id", UUID.class),
        rs.getLong("user_id"),
        rs.getString("user_agent"),
        rs.getString("address"),
        rs.getTimestamp("expires_at").toInstant(),
        rs.getTimestamp("ended_at") != null);
  }

  private static StoredToken token(Handle handle, byte[] hash) {
    return handle
        .createQuery("SELECT * FROM refresh_tokens WHERE hash = :hash")
        .bind("hash", hash)
        .map(
            (rs, _) -> {
              @Nullable Timestamp rotated = rs.getTimestamp("rotated_at");
              return new StoredToken(
                  rs.getTimestamp("expires_at").toInstant(),
                  rotated == null ? null : rotated.toInstant(),
                  rs.getBytes("successor"));
            })
        .one();
  }
}
