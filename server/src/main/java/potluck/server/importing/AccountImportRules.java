package potluck.server.importing;

import java.net.URI;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.AccountRules;
import potluck.gateway.account.Accounts;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Provider;
import potluck.gateway.upstream.AllowedHosts;

/** Checks accounts to import, and writes them. Immutable. */
record AccountImportRules(Accounts accounts, Catalogue catalogue, AllowedHosts allowedHosts) {
  /** Why an account cannot be imported, with what to do; empty if it can. */
  Optional<String> findObjection(SourceRecord.SourceAccount account) {
    Optional<Provider> provider = catalogue.find(account.provider());
    if (provider.isEmpty()) {
      return Optional.of(
          "the provider '" + account.provider() + "' is unknown; PROVIDERS_FILE may add it");
    }
    if (account.secret().isEmpty() || account.secret().reveal().isBlank()) {
      return Optional.of("it has no credential");
    }
    if (AccountRules.parseSecret(account.secret().reveal()).isEmpty()) {
      return Optional.of("its credential contains characters that a header cannot carry");
    }
    if (!AccountRules.namesModels(account.models(), account.modelMap())) {
      return Optional.of("it names no models; name them there, and repeat");
    }
    String base = account.baseUrl().isBlank() ? provider.get().baseUrl() : account.baseUrl();
    return base.isEmpty() ? Optional.of("it needs an address") : findObjection(base);
  }

  private Optional<String> findObjection(String base) {
    Optional<URI> uri = AccountRules.parseAddress(base);
    if (uri.isEmpty()) {
      return Optional.of("its address must be http(s)://host/path, without user and query");
    }
    return allowedHosts
        .findObjection(uri.get())
        .map(
            _ ->
                uri.get().getAuthority()
                    + " is private or without TLS; list it in UPSTREAM_ALLOWED_HOSTS, and repeat");
  }

  /** The base URL to store: its own, or the provider's from the catalogue. */
  private String baseUrl(SourceRecord.SourceAccount account) {
    return account.baseUrl().isBlank()
        ? catalogue.find(account.provider()).orElseThrow().baseUrl()
        : AccountRules.parseAddress(account.baseUrl()).orElseThrow().toString();
  }

  /** A longer name than Potluck allows is cut. */
  private static String name(SourceRecord.SourceAccount account) {
    String name = account.name().strip();
    int max = Math.min(name.length(), AccountRules.MAX_NAME_LENGTH);
    return AccountRules.parseName(name.substring(0, max)).orElse(account.provider());
  }

  /**
   * Writes an account that passed {@link #findObjection}.
   *
   * @return false if an account has this id already
   */
  boolean add(
      Handle handle, AccountId id, SourceRecord.SourceAccount account, long owner, boolean shared) {
    return accounts.add(
        handle,
        id,
        new Accounts.Draft(
            owner,
            account.provider(),
            name(account),
            baseUrl(account),
            AccountRules.parseSecret(account.secret().reveal()).orElseThrow(),
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
