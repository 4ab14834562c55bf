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
import potluck.gateway.identity.Sessions.Pair;
import potluck.gateway.store.Changes;
import potluck.gateway.store.Changes.What;
import potluck.gateway.store.FastCopy;

/**
 * Turns a refresh token into the pair that follows it, once: whoever repeats it in time is given
 * the same pair, so that a lost answer or five tabs log nobody out. Refreshes of one session take
 * turns at its row. Safe for use by many threads.
 */
public final class Refreshes {
  private final Jdbi jdbi;
  private final Changes changes;
  private final AccessTokens access;
  private final Successor successor;
  private final Rules rules;
  private final FastCopy copy;
  private final InstantSource clock;

  /**
   * @param copy gets a copy of each token
   */
  public Refreshes(
      Jdbi jdbi,
      Changes changes,
      AccessTokens access,
      Keyring keyring,
      Rules rules,
      FastCopy copy,
      InstantSource clock) {
    this.copy = copy;
    this.jdbi = jdbi;
    this.changes = changes;
    this.access = access;
    this.successor = new Successor(keyring);
    this.rules = rules;
    this.clock = clock;
  }

  /** From now on the newest key of these seals. */
  public void use(Keyring keyring) {
    successor.use(keyring);
  }

  /**
   * What the operator decided.
   *
   * @param life of a refresh token
   * @param grace after a rotation in which a repetition is honest
   * @param strict whether any later reuse ends the session, also from the same device
   */
  public record Rules(Duration life, Duration grace, boolean strict) {}

  /** Whose session a token belongs to, and how that was opened. */
  private record Owner(
      UUID session, long user, String agent, String address, Instant expires, boolean ended) {}

  private record Token(Instant expires, @Nullable Instant rotated, byte @Nullable [] successor) {}

  /** What came of it; the session is to be announced as ended where it has one. */
  private record Outcome(Optional<Pair> pair, @Nullable UUID ended) {}

  /**
   * @return empty where the token is unknown, expired, used up, or its session is over
   * @throws UserDisabled where its user may do nothing
   */
  public Optional<Pair> refresh(String token, String userAgent, String address) {
    Outcome outcome =
        jdbi.inTransaction(handle -> step(handle, token, Sessions.cut(userAgent), address));
    if (outcome.ended() != null) {
      changes.announce(What.SESSION, outcome.ended().toString());
    }
    outcome.pair().ifPresent(pair -> copied(token, pair));
    return outcome.pair();
  }

  private void copied(String before, Pair pair) {
    Optional<AccessTokens.Claims> claims = access.check(pair.access());
    if (claims.isPresent()) {
      String session = claims.get().session().toString();
      copy.remove(Sessions.copyOf(before));
      copy.put(Sessions.copyOf(pair.refresh()), session, rules.life());
    }
  }

  private Outcome step(Handle handle, String text, String agent, String address) {
    byte[] hash = Digest.sha256(text);
    Optional<Owner> owner = lock(handle, hash);
    if (owner.isEmpty() || owner.get().ended() || over(owner.get().expires())) {
      return new Outcome(Optional.empty(), null);
    }
    // Read after the lock: another refresh of this token may just have rotated it.
    Token token = token(handle, hash);
    Optional<User> user = Users.find(handle, owner.get().user());
    if (user.isEmpty() || over(token.expires())) {
      return new Outcome(Optional.empty(), null);
    }
    if (!user.get().active()) {
      throw new UserDisabled();
    }
    if (token.rotated() == null || token.successor() == null) {
      return new Outcome(
          Optional.of(rotate(handle, text, hash, user.get(), owner.get().session())), null);
    }
    Successor.Opened next = successor.open(text, token.successor());
    boolean inGrace = clock.instant().isBefore(token.rotated().plus(rules.grace()));
    if (inGrace || !used(handle, next.refresh())) {
      return new Outcome(Optional.of(again(next, user.get(), owner.get().session())), null);
    }
    boolean stranger =
        !owner.get().agent().equals(agent) || !Network.same(owner.get().address(), address);
    if (rules.strict() || stranger) {
      Sessions.end(handle, owner.get().session(), "reuse");
      return new Outcome(Optional.empty(), owner.get().session());
    }
    return new Outcome(Optional.empty(), null);
  }

  private Pair rotate(Handle handle, String text, byte[] hash, User user, UUID session) {
    Instant now = clock.instant();
    Timestamp expires = Timestamp.from(now.plus(rules.life()));
    Pair pair =
        new Pair(access.mint(user, session), Digest.freshToken(), access.life().toSeconds());
    handle.execute(
        "INSERT INTO refresh_tokens (hash, session_id, issued_at, expires_at) VALUES (?, ?, ?, ?)",
        Digest.sha256(pair.refresh()),
        session,
        Timestamp.from(now),
        expires);
    handle.execute(
        "UPDATE refresh_tokens SET rotated_at = ?, successor = ?, used = true WHERE hash = ?",
        Timestamp.from(now),
        successor.seal(text, pair.access(), pair.refresh()),
        hash);
    handle.execute(
        "UPDATE sessions SET last_seen_at = ?, expires_at = ? WHERE id = ?",
        Timestamp.from(now),
        expires,
        session);
    return pair;
  }

  /** The same pair; only where its access token has died of age, that is made anew. */
  private Pair again(Successor.Opened next, User user, UUID session) {
    return access
        .check(next.access())
        .map(
            claims ->
                new Pair(
                    next.access(),
                    next.refresh(),
                    Duration.between(clock.instant(), claims.expires()).toSeconds()))
        .orElseGet(
            () -> new Pair(access.mint(user, session), next.refresh(), access.life().toSeconds()));
  }

  private boolean over(Instant expires) {
    return !clock.instant().isBefore(expires);
  }

  private static boolean used(Handle handle, String refresh) {
    return handle
        .createQuery("SELECT used FROM refresh_tokens WHERE hash = :hash")
        .bind("hash", Digest.sha256(refresh))
        .mapTo(Boolean.class)
        .findOne()
        .orElse(true);
  }

  private static Optional<Owner> lock(Handle handle, byte[] hash) {
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

  private static Owner owner(ResultSet rs) throws SQLException {
    return new Owner(
        rs.getObject("id", UUID.class),
        rs.getLong("user_id"),
        rs.getString("user_agent"),
        rs.getString("address"),
        rs.getTimestamp("expires_at").toInstant(),
        rs.getTimestamp("ended_at") != null);
  }

  private static Token token(Handle handle, byte[] hash) {
    return handle
        .createQuery("SELECT * FROM refresh_tokens WHERE hash = :hash")
        .bind("hash", hash)
        .map(
            (rs, _) -> {
              @Nullable Timestamp rotated = rs.getTimestamp("rotated_at");
              return new Token(
                  rs.getTimestamp("expires_at").toInstant(),
                  rotated == null ? null : rotated.toInstant(),
                  rs.getBytes("successor"));
            })
        .one();
  }
}
