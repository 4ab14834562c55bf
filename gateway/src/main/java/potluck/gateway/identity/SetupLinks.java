package potluck.gateway.identity;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.crypto.Sha256;

/**
 * The link by which the first administrator is made: it works once, for a while, and only as long
 * as there is no administrator. Safe for use by many threads.
 */
public final class SetupLinks {
  private static final Duration LIFETIME = Duration.ofDays(7);

  private final Jdbi jdbi;
  private final Users users;
  private final InstantSource clock;

  public SetupLinks(Jdbi jdbi, Users users, InstantSource clock) {
    this.jdbi = jdbi;
    this.users = users;
    this.clock = clock;
  }

  /** A fresh token, in place of any earlier one. */
  public String create() {
    String token = Sha256.randomToken();
    jdbi.useTransaction(
        handle -> {
          handle.execute("DELETE FROM one_time_links WHERE purpose = 'setup'");
          handle.execute(
              "INSERT INTO one_time_links (hash, purpose, expires_at) VALUES (?, 'setup', ?)",
              Sha256.of(token),
              Timestamp.from(clock.instant().plus(LIFETIME)));
        });
    return token;
  }

  /**
   * Makes the first administrator.
   *
   * @return empty where the token is not good (any more); the name may then be tried again
   */
  public Optional<User> redeem(String token, String username, String passwordHash) {
    boolean good =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        UPDATE one_time_links SET used_at = :now
                        WHERE hash = :hash AND purpose = 'setup' AND used_at IS NULL AND expires_at > :now
                        RETURNING true
                        """)
                    .bind("hash", Sha256.of(token))
                    .bind("now", Timestamp.from(clock.instant()))
                    .mapTo(Boolean.class)
                    .findOne()
                    .orElse(false));
    return good && !users.anyAdmin()
        ? users.add(username, passwordHash, User.ADMIN_TRUST_LEVEL)
        : Optional.empty();
  }
}
