package potluck.gateway.login;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;

/**
 * Which user somebody from another house is here: by issuer and subject, and by nothing else. Safe
 * for use by many threads.
 */
public final class LinkedIdentities {
  private static final int MAX_NAME_LENGTH = 40;

  /** A name for one that tells nobody outside who it is. */
  private static final String PUBLIC_ID_SQL = "md5(issuer || ' ' || subject)::uuid";

  private final Jdbi jdbi;
  private final Users users;

  public LinkedIdentities(Jdbi jdbi, Users users) {
    this.jdbi = jdbi;
    this.users = users;
  }

  /**
   * The user, who is made where that is allowed and there was none.
   *
   * @return empty where there is none and none may be made
   */
  public Optional<User> findOrCreateUser(String provider, ExternalIdentity who, boolean mayMake) {
    Optional<Long> id =
        jdbi.inTransaction(
            handle -> {
              // One at a time for one person: two browsers must not make two users.
              handle.execute(
                  "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))",
                  who.issuer() + " " + who.subject());
              Optional<Long> known =
                  handle
                      .createQuery(
                          "SELECT user_id FROM identities WHERE issuer = :issuer AND subject = :subject")
                      .bind("issuer", who.issuer())
                      .bind("subject", who.subject())
                      .mapTo(Long.class)
                      .findOne();
              return known.isPresent() || !mayMake
                  ? known
                  : Optional.of(createUser(handle, provider, who));
            });
    return id.flatMap(users::find);
  }

  /**
   * Says of a user who comes from elsewhere who they are there, within a transaction.
   *
   * @return false where somebody here is that already
   */
  public static boolean insertImported(
      Handle handle, long user, String provider, String issuer, String subject) {
    return handle.execute(
            """
            INSERT INTO identities (issuer, subject, user_id, provider) VALUES (?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            issuer,
            subject,
            user,
            provider)
        == 1;
  }

  /**
   * A login of another house that a user has.
   *
   * @param provider the house's id here
   */
  public record LinkedIdentity(UUID id, String provider, Instant createdAt) {}

  /** Those of a user, the oldest first. */
  public List<LinkedIdentity> findByUser(long user) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + PUBLIC_ID_SQL
                        + " AS id, provider, created_at FROM identities"
                        + " WHERE user_id = :user ORDER BY created_at, id")
                .bind("user", user)
                .map(
                    (rs, _) ->
                        new LinkedIdentity(
                            rs.getObject("id", UUID.class),
                            rs.getString("provider"),
                            rs.getTimestamp("created_at").toInstant()))
                .list());
  }

  /** Adds one to a user; empty where it is another user's. */
  public Optional<LinkedIdentity> link(String provider, ExternalIdentity who, long user) {
    UUID id =
        jdbi.inTransaction(
            handle -> {
              handle.execute(
                  """
                  INSERT INTO identities (issuer, subject, user_id, provider) VALUES (?, ?, ?, ?)
                  ON CONFLICT DO NOTHING
                  """,
                  who.issuer(),
                  who.subject(),
                  user,
                  provider);
              return handle
                  .createQuery(
                      "SELECT "
                          + PUBLIC_ID_SQL
                          + " FROM identities WHERE issuer = :issuer AND subject = :subject")
                  .bind("issuer", who.issuer())
                  .bind("subject", who.subject())
                  .mapTo(UUID.class)
                  .one();
            });
    return findByUser(user).stream().filter(linked -> linked.id().equals(id)).findFirst();
  }

  /** What became of taking one away. */
  public enum UnlinkResult {
    DONE,
    UNKNOWN,
    /** The user could not log in any more. */
    LAST_LOGIN_METHOD
  }

  /** Takes one from a user. */
  public UnlinkResult unlink(long user, String id) {
    return jdbi.inTransaction(
        handle -> {
          // One at a time for one user: two must not each leave the other one.
          boolean password =
              handle
                  .createQuery(
                      "SELECT password_hash IS NOT NULL FROM users WHERE id = :user FOR UPDATE")
                  .bind("user", user)
                  .mapTo(Boolean.class)
                  .one();
          List<String> all =
              handle
                  .createQuery(
                      "SELECT " + PUBLIC_ID_SQL + "::text FROM identities WHERE user_id = :user")
                  .bind("user", user)
                  .mapTo(String.class)
                  .list();
          if (!all.contains(id)) {
            return UnlinkResult.UNKNOWN;
          }
          if (!password && all.size() == 1) {
            return UnlinkResult.LAST_LOGIN_METHOD;
          }
          handle.execute(
              "DELETE FROM identities WHERE user_id = ? AND " + PUBLIC_ID_SQL + "::text = ?",
              user,
              id);
          return UnlinkResult.DONE;
        });
  }

  private static long createUser(Handle handle, String provider, ExternalIdentity who) {
    String plain = who.nickname().replaceAll("[^\\p{L}\\p{N}_.-]", "");
    String cut = plain.length() > MAX_NAME_LENGTH ? plain.substring(0, MAX_NAME_LENGTH) : plain;
    String wanted = cut.length() < 3 ? provider + "-user" : cut;
    long id = -1;
    for (int i = 0; id < 0; i++) {
      String name = i == 0 ? wanted : wanted + "-" + UUID.randomUUID().toString().substring(0, 8);
      id =
          handle
              .createQuery(
                  """
                  INSERT INTO users (username, avatar_url) VALUES (:name, :avatar)
                  ON CONFLICT DO NOTHING RETURNING id
                  """)
              .bind("name", name)
              .bind("avatar", who.avatarUrl())
              .mapTo(Long.class)
              .findOne()
              .orElse(-1L);
    }
    handle.execute(
        "INSERT INTO identities (issuer, subject, user_id, provider) VALUES (?, ?, ?, ?)",
        who.issuer(),
        who.subject(),
        id,
        provider);
    return id;
  }
}
