package potluck.gateway.login;

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
public final class Identities {
  private static final int LONGEST = 40;

  private final Jdbi jdbi;
  private final Users users;

  public Identities(Jdbi jdbi, Users users) {
    this.jdbi = jdbi;
    this.users = users;
  }

  /**
   * The user, who is made where that is allowed and there was none.
   *
   * @return empty where there is none and none may be made
   */
  public Optional<User> user(String provider, Who who, boolean mayMake) {
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
                  : Optional.of(make(handle, provider, who));
            });
    return id.flatMap(users::find);
  }

  /**
   * Says of a user who comes from elsewhere who they are there, within a transaction.
   *
   * @return false where somebody here is that already
   */
  public static boolean bring(
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

  private static long make(Handle handle, String provider, Who who) {
    String plain = who.nickname().replaceAll("[^\\p{L}\\p{N}_.-]", "");
    String cut = plain.length() > LONGEST ? plain.substring(0, LONGEST) : plain;
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
