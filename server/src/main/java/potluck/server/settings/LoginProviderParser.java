package potluck.server.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import potluck.gateway.login.IdentityProvider;

/** Parses the identity providers that people may log in with. */
final class LoginProviderParser {
  /** Settings of the providers in {@code OIDC_PROVIDERS} begin with it. */
  static final String PREFIX = "OIDC_";

  private final SettingValues values;

  LoginProviderParser(SettingValues values) {
    this.values = values;
  }

  Settings.ExternalLogins externalLogins() {
    List<IdentityProvider> providers = new ArrayList<>();
    values
        .find(Setting.GITHUB_CLIENT_ID)
        .ifPresent(
            id ->
                providers.add(
                    IdentityProvider.gitHub(
                        values.text(Setting.GITHUB_URL),
                        id,
                        values.secret("GITHUB_CLIENT_SECRET"))));
    values
        .find(Setting.LINUXDO_CLIENT_ID)
        .ifPresent(
            id ->
                providers.add(
                    IdentityProvider.linuxDo(
                        values.text(Setting.LINUXDO_URL),
                        id,
                        values.secret("LINUXDO_CLIENT_SECRET"))));
    values
        .find(Setting.POCKETID_CLIENT_ID)
        .ifPresent(id -> providers.add(oidc("pocketid", "Pocket ID", "POCKETID_")));
    for (String name : values.list(Setting.OIDC_PROVIDERS)) {
      String prefix = PREFIX + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_";
      providers.add(oidc(name, name, prefix));
    }
    return new Settings.ExternalLogins(
        values.choice(Setting.ALLOW_NEW_ACCOUNT_CREATION).equals("true"),
        values
            .find(Setting.LOGIN_REDIRECT_URL)
            .orElseGet(() -> PublicUrl.of(values, values.integer(Setting.PORT)) + "/auth/callback"),
        providers);
  }

  private IdentityProvider oidc(String id, String name, String prefix) {
    String issuer = values.valueOrEmpty(prefix + "ISSUER");
    String client = values.valueOrEmpty(prefix + "CLIENT_ID");
    if (issuer.isEmpty() || client.isEmpty()) {
      values.addProblem(
          "For logins with "
              + name
              + " both "
              + prefix
              + "ISSUER and "
              + prefix
              + "CLIENT_ID are needed.");
    }
    return new IdentityProvider(
        id, name, issuer, client, values.secret(prefix + "CLIENT_SECRET"), Optional.empty());
  }
}
