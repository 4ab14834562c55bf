package potluck.gateway.identity;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.crypto.RandomToken;
import potluck.gateway.crypto.Sha256;

/**
 * The link that creates the first administrator. It works once, for seven days, and only as long as
 * there is no administrator. Thread-safe.
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

  /** Creates a token and replaces any earlier one. */
  public String create() {
    String token = RandomToken.create();
    jdbi.useTransaction(
        handle -> {
          handle.execute("DELETE FROM one_time_links WHERE purpose = 'setup'");
          handle.execute(
              "INSERT INTO one_time_links (hash, purpose, expires_at) VALUES (?, 'setup', ?)",
              Sha256.of(token),
              clock.instant().plus(LIFETIME));
        });
    return token;
  }

  /**
   * Creates the first administrator.
   *
   * @return empty if the token cannot be used (any more) or the name is taken
   */
  public Optional<User> redeem(String token, String username, String passwordHash) {
    boolean redeemed =
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
                    .bind("now", clock.instant())
                    .mapTo(Boolean.class)
                    .findOne()
                    .orElse(false));
    return redeemed && !users.anyAdmin()
        ? users.add(username, passwordHash, User.ADMIN_TRUST_LEVEL)
        : Optional.empty();
  }
}
