package potluck.gateway.identity;

import static potluck.gateway.store.ResultColumns.instant;
import static potluck.gateway.store.ResultColumns.instantOrNull;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.crypto.RandomToken;
import potluck.gateway.crypto.Sha256;
import potluck.gateway.identity.Sessions.TokenPair;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Recorder;
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
  public record Rules(Duration lifetime, Duration reuseGrace, boolean strict) {
    /** What to do with a token that has been exchanged before. */
    enum Reuse {
      /** Return the same pair again. */
      REISSUE,
      REJECT,
      /** Reject the token, and end its session, because the token may be stolen. */
      END_SESSION
    }

    /**
     * Decides about a token that has been exchanged before.
     *
     * @param rotatedAt when it was exchanged
     * @param nextUsed whether the refresh token that it was exchanged for has been used
     * @param sameDevice whether it is used with the browser and in the network of its session
     */
    Reuse judgeReuse(Instant rotatedAt, boolean nextUsed, boolean sameDevice, Instant now) {
      if (!nextUsed || now.isBefore(rotatedAt.plus(reuseGrace))) {
        return Reuse.REISSUE;
      }
      return strict || !sameDevice ? Reuse.END_SESSION : Reuse.REJECT;
    }
  }

  /** The session of a token, and where it was opened. */
  private record TokenSession(
      UUID session, long user, String agent, String address, Instant expires, boolean ended) {}

  private record StoredToken(
      Instant expires, @Nullable Instant rotated, byte @Nullable [] successor) {}

  /**
   * @return empty if the token is unknown, expired or used up, or its session has ended
   * @throws UserDisabled if the user is disabled
   */
  public Optional<TokenPair> refresh(String token, String userAgent, String address) {
    Optional<TokenPair> next =
        changes.<Optional<TokenPair>, RuntimeException>inTransaction(
            (handle, recorder) ->
                refreshLocked(handle, recorder, token, Sessions.truncate(userAgent), address));
    next.ifPresent(pair -> updateMirror(token, pair));
    return next;
  }

  private void updateMirror(String before, TokenPair pair) {
    Optional<AccessTokens.Claims> claims = accessTokens.verify(pair.accessToken());
    if (claims.isPresent()) {
      String session = claims.get().session().toString();
      mirror.remove(Sessions.mirrorKey(before));
      mirror.put(Sessions.mirrorKey(pair.refreshToken()), session, rules.lifetime());
    }
  }

  private Optional<TokenPair> refreshLocked(
      Handle handle, Recorder recorder, String text, String agent, String address) {
    byte[] hash = Sha256.of(text);
    Optional<TokenSession> owner = lock(handle, hash);
    if (owner.isEmpty() || owner.get().ended() || isPast(owner.get().expires())) {
      return Optional.empty();
    }
    // Read after the lock: another exchange of this token may just have rotated it.
    StoredToken token = token(handle, hash);
    Optional<User> user = Users.find(handle, owner.get().user());
    if (user.isEmpty() || isPast(token.expires())) {
      return Optional.empty();
    }
    if (!user.get().active()) {
      throw new UserDisabled();
    }
    if (token.rotated() == null || token.successor() == null) {
      return Optional.of(rotate(handle, text, hash, user.get(), owner.get().session()));
    }
    TokenPairCipher.OpenedPair next = pairCipher.open(text, token.successor());
    boolean sameDevice =
        owner.get().agent().equals(agent) && ClientNetwork.isSame(owner.get().address(), address);
    return switch (rules.judgeReuse(
        token.rotated(), isUsed(handle, next.refreshToken()), sameDevice, clock.instant())) {
      case REISSUE -> Optional.of(reissue(next, user.get(), owner.get().session()));
      case REJECT -> Optional.empty();
      case END_SESSION -> {
        Sessions.end(handle, recorder, owner.get().session(), "reuse");
        yield Optional.empty();
      }
    };
  }

  private TokenPair rotate(Handle handle, String text, byte[] hash, User user, UUID session) {
    Instant now = clock.instant();
    Instant expires = now.plus(rules.lifetime());
    TokenPair pair =
        new TokenPair(
            accessTokens.issue(user, session),
            RandomToken.create(),
            accessTokens.lifetime().toSeconds());
    handle.execute(
        "INSERT INTO refresh_tokens (hash, session_id, issued_at, expires_at) VALUES (?, ?, ?, ?)",
        Sha256.of(pair.refreshToken()),
        session,
        now,
        expires);
    handle.execute(
        "UPDATE refresh_tokens SET rotated_at = ?, successor = ?, used = true WHERE hash = ?",
        now,
        pairCipher.seal(text, pair.accessToken(), pair.refreshToken()),
        hash);
    handle.execute(
        "UPDATE sessions SET last_seen_at = ?, expires_at = ? WHERE id = ?", now, expires, session);
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
        instant(rs, "expires_at"),
        rs.getTimestamp("ended_at") != null);
  }

  private static StoredToken token(Handle handle, byte[] hash) {
    return handle
        .createQuery("SELECT * FROM refresh_tokens WHERE hash = :hash")
        .bind("hash", hash)
        .map(
            (rs, _) ->
                new StoredToken(
                    instant(rs, "expires_at"),
                    instantOrNull(rs, "rotated_at"),
                    rs.getBytes("successor")))
        .one();
  }
}
