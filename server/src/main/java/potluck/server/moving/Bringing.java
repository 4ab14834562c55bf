package potluck.server.moving;

import java.net.URI;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.AccountRules;
import potluck.gateway.account.Accounts;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Provider;
import potluck.gateway.upstream.AllowedHosts;

/** Whether an account makes sense here, and how it is written. Immutable. */
record Bringing(Accounts accounts, Catalogue catalogue, AllowedHosts allowed) {
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
    if (AccountRules.secret(account.secret().reveal()).isEmpty()) {
      return Optional.of("its credential holds characters that no header can carry");
    }
    if (!AccountRules.serves(account.models(), account.modelMap())) {
      return Optional.of("it names no models: name them there, and repeat");
    }
    String base = account.baseUrl().isBlank() ? provider.get().baseUrl() : account.baseUrl();
    return base.isEmpty() ? Optional.of("it needs an address") : objection(base);
  }

  private Optional<String> objection(String base) {
    Optional<URI> uri = AccountRules.address(base);
    if (uri.isEmpty()) {
      return Optional.of("its address must be http(s)://host/path, without user and query");
    }
    return allowed
        .objection(uri.get())
        .map(
            _ ->
                uri.get().getAuthority()
                    + " is private or without TLS: list it in UPSTREAM_ALLOWED_HOSTS, and repeat");
  }

  /** The address that is kept with it: its own, or its provider's as the catalogue has it. */
  private String base(Found.Account account) {
    return account.baseUrl().isBlank()
        ? catalogue.find(account.provider()).orElseThrow().baseUrl()
        : AccountRules.address(account.baseUrl()).orElseThrow().toString();
  }

  /** One that is too long is cut: in the other house there was room for it. */
  private static String name(Found.Account account) {
    String name = account.name().strip();
    int most = Math.min(name.length(), AccountRules.LONGEST_NAME);
    return AccountRules.name(name.substring(0, most)).orElse(account.provider());
  }

  /**
   * Writes it; to be asked for {@link #objection} before.
   *
   * @return false where an account has this id already
   */
  boolean add(Handle handle, AccountId id, Found.Account account, long owner, boolean shared) {
    return accounts.add(
        handle,
        id,
        new Accounts.Draft(
            owner,
            account.provider(),
            name(account),
            base(account),
            AccountRules.secret(account.secret().reveal()).orElseThrow(),
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
