package potluck.gateway.login;

import static potluck.gateway.store.ResultColumns.instant;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;

/** Links identities of identity providers to users, by issuer and subject only. Thread-safe. */
public final class LinkedIdentities {
  private static final int MAX_NAME_LENGTH = 40;

  /** A public id of a linked identity that does not reveal the subject. */
  private static final String PUBLIC_ID_SQL = "md5(issuer || ' ' || subject)::uuid";

  private final Jdbi jdbi;
  private final Users users;

  public LinkedIdentities(Jdbi jdbi, Users users) {
    this.jdbi = jdbi;
    this.users = users;
  }

  /**
   * Finds the user of an identity; creates the user if the identity is unknown and {@code
   * mayCreate} is true.
   *
   * @return empty if there is no user and none may be created
   */
  public Optional<User> findOrCreateUser(
      String provider, ExternalIdentity identity, boolean mayCreate) {
    Optional<Long> id =
        jdbi.inTransaction(
            handle -> {
              // Serialises logins of one identity: two browsers must not create two users.
              handle.execute(
                  "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))",
                  identity.issuer() + " " + identity.subject());
              Optional<Long> known =
                  handle
                      .createQuery(
                          "SELECT user_id FROM identities WHERE issuer = :issuer AND subject = :subject")
                      .bind("issuer", identity.issuer())
                      .bind("subject", identity.subject())
                      .mapTo(Long.class)
                      .findOne();
              return known.isPresent() || !mayCreate
                  ? known
                  : Optional.of(createUser(handle, provider, identity));
            });
    return id.flatMap(users::find);
  }

  /**
   * Links an imported user to an identity inside the caller's transaction.
   *
   * @return false if the identity is linked already
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
   * An identity that is linked to a user.
   *
   * @param provider the id of the identity provider
   */
  public record LinkedIdentity(UUID id, String provider, Instant createdAt) {}

  /** The identities of a user, oldest first. */
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
                            instant(rs, "created_at")))
                .list());
  }

  /** Links an identity to a user; empty if it is linked to another user. */
  public Optional<LinkedIdentity> link(String provider, ExternalIdentity identity, long user) {
    UUID id =
        jdbi.inTransaction(
            handle -> {
              handle.execute(
                  """
                  INSERT INTO identities (issuer, subject, user_id, provider) VALUES (?, ?, ?, ?)
                  ON CONFLICT DO NOTHING
                  """,
                  identity.issuer(),
                  identity.subject(),
                  user,
                  provider);
              return handle
                  .createQuery(
                      "SELECT "
                          + PUBLIC_ID_SQL
                          + " FROM identities WHERE issuer = :issuer AND subject = :subject")
                  .bind("issuer", identity.issuer())
                  .bind("subject", identity.subject())
                  .mapTo(UUID.class)
                  .one();
            });
    return findByUser(user).stream().filter(linked -> linked.id().equals(id)).findFirst();
  }

  /** The result of removing a link. */
  public enum UnlinkResult {
    DONE,
    UNKNOWN,
    /** Not removed, because the user could not log in any more. */
    LAST_LOGIN_METHOD
  }

  /** Removes a link of a user. */
  public UnlinkResult unlink(long user, String id) {
    return jdbi.inTransaction(
        handle -> {
          // Serialises changes of one user: two requests must not each leave the other's
          // identity as the last.
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

  private static long createUser(Handle handle, String provider, ExternalIdentity identity) {
    String cleaned = identity.nickname().replaceAll("[^\\p{L}\\p{N}_.-]", "");
    String cut =
        cleaned.length() > MAX_NAME_LENGTH ? cleaned.substring(0, MAX_NAME_LENGTH) : cleaned;
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
              .bind("avatar", identity.avatarUrl())
              .mapTo(Long.class)
              .findOne()
              .orElse(-1L);
    }
    handle.execute(
        "INSERT INTO identities (issuer, subject, user_id, provider) VALUES (?, ?, ?, ?)",
        identity.issuer(),
        identity.subject(),
        id,
        provider);
    return id;
  }
}
