package potluck.server.api.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;

/**
 * What members see of the accounts of others, the same on all pages: who brought which account,
 * unless the operator hides it. They never see who used an account. Thread-safe.
 *
 * @param hidden whether names are replaced by pseudonyms (POOL_NAMES)
 */
public record AccountNames(Users users, boolean hidden) {

  /**
   * An account as one user sees it.
   *
   * @param alias the id for one's own accounts and for operators; else an alias that is stable for
   *     this viewer and useless to others
   * @param name null if the account is neither shared nor the viewer's
   * @param owner the user name of the owner, or a pseudonym; null if the account is neither shared
   *     nor the viewer's
   * @param own whether the viewer owns it
   */
  public record Shown(String alias, @Nullable String name, @Nullable String owner, boolean own) {}

  /** How a user sees an account. */
  public Shown show(Account account, User viewer) {
    boolean own = account.owner() == viewer.id();
    String alias = alias(account.id(), account.owner(), viewer);
    if (own || viewer.mayAudit()) {
      return new Shown(alias, account.name(), trueOwner(account.owner()), own);
    }
    if (!account.shared()) {
      return new Shown(alias, null, null, false);
    }
    return hidden
        ? new Shown(alias, alias, pseudonym(account.owner()), false)
        : new Shown(alias, account.name(), trueOwner(account.owner()), false);
  }

  /** The alias of an account for a viewer: {@code shared-} and eight hex digits, or the id. */
  public static String alias(AccountId account, long owner, User viewer) {
    if (owner == viewer.id() || viewer.mayAudit()) {
      return account.hex();
    }
    return alias(account.hex(), viewer);
  }

  /** The alias of an account that no longer exists. */
  public static String alias(String account, User viewer) {
    String pair = viewer.id() + "/" + account;
    return "shared-" + UUID.nameUUIDFromBytes(pair.getBytes(UTF_8)).toString().substring(0, 8);
  }

  private @Nullable String trueOwner(long owner) {
    return users.find(owner).map(User::username).orElse(null);
  }

  /** From the random id of the user, so that it cannot be computed from the small one. */
  private @Nullable String pseudonym(long owner) {
    return users
        .find(owner)
        .map(user -> UUID.nameUUIDFromBytes(("member/" + user.pluginId()).getBytes(UTF_8)))
        .map(id -> "member-" + id.toString().substring(0, 8))
        .orElse(null);
  }
}
