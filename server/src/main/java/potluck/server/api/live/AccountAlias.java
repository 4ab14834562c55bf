package potluck.server.api.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.UUID;
import potluck.gateway.account.AccountId;
import potluck.gateway.identity.User;

/** The names of accounts for one user, as in {@code GET /api/pool}. Stateless. */
final class AccountAlias {
  private AccountAlias() {}

  static String of(AccountId account, long owner, User viewer) {
    if (owner == viewer.id() || viewer.mayAudit()) {
      return account.hex();
    }
    String pair = viewer.id() + "/" + account.hex();
    return "shared-" + UUID.nameUUIDFromBytes(pair.getBytes(UTF_8)).toString().substring(0, 8);
  }
}
