package potluck.server.moving;

import java.net.URI;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Accounts;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Provider;
import potluck.gateway.upstream.AllowedHosts;

/** Whether an account makes sense here, and how it is written. Immutable. */
record Bringing(Accounts accounts, Catalogue catalogue, AllowedHosts allowed) {
  private static final int LONGEST_NAME = 100;

  /** What keeps an account out, with what to do about it; empty where nothing does. */
  Optional<String> objection(Found.Account account) {
    Optional<Provider> provider = catalogue.find(account.provider());
    if (provider.isEmpty()) {
      return Optional.of(
          "there is no provider '" + account.provider() + "' here: PROVIDERS_FILE may add it");
    }
    if (account.secret().isEmpty() || account.secret().reveal().isBlank()) {
      return Optional.of("it has no credential");
    }
    String text = account.secret().reveal();
    if (!text.startsWith("{") && !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      return Optional.of("its credential holds characters that no header can carry");
    }
    boolean none = account.models().isEmpty() && account.modelMap().isEmpty();
    if (none || account.models().contains(Account.ANY_MODEL)) {
      return Optional.of("it names no models: name them there, and repeat");
    }
    String base = base(account, provider.get());
    return base.isEmpty() ? Optional.of("it needs an address") : objection(base);
  }

  private Optional<String> objection(String base) {
    URI uri;
    try {
      uri = URI.create(base);
    } catch (IllegalArgumentException e) {
      return Optional.of("its address is none");
    }
    boolean good =
        ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
            && uri.getHost() != null
            && uri.getUserInfo() == null
            && uri.getQuery() == null
            && uri.getFragment() == null;
    if (!good) {
      return Optional.of("its address must be http(s)://host/path, without user and query");
    }
    return allowed
        .objection(uri)
        .map(
            _ ->
                uri.getAuthority()
                    + " is private or without TLS: list it in UPSTREAM_ALLOWED_HOSTS, and repeat");
  }

  private static String base(Found.Account account, Provider provider) {
    return account.baseUrl().isEmpty() ? provider.baseUrl() : account.baseUrl();
  }

  /**
   * Writes it; to be asked for {@link #objection} before.
   *
   * @return false where an account has this id already
   */
  boolean add(Handle handle, AccountId id, Found.Account account, long owner, boolean shared) {
    String name = account.name().strip();
    return accounts.add(
        handle,
        id,
        new Accounts.Draft(
            owner,
            account.provider(),
            name.isEmpty()
                ? account.provider()
                : name.substring(0, Math.min(name.length(), LONGEST_NAME)),
            base(account, catalogue.find(account.provider()).orElseThrow()),
            account.secret(),
            account.models(),
            account.modelMap(),
            shared,
            account.priority(),
            account.weight(),
            account.maxConcurrency(),
            0),
        account.enabled());
  }
}
