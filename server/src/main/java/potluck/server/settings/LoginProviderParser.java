package potluck.server.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import potluck.gateway.login.IdentityProvider;

/** Reads which other houses people may log in by. */
final class LoginProviderParser {
  private final RawSettings raw;

  LoginProviderParser(RawSettings given) {
    this.raw = given;
  }

  Settings.ExternalLogins externalLogins() {
    List<IdentityProvider> houses = new ArrayList<>();
    raw.find(Setting.GITHUB_CLIENT_ID)
        .ifPresent(
            id ->
                houses.add(
                    IdentityProvider.gitHub(
                        raw.text(Setting.GITHUB_URL), id, raw.secret("GITHUB_CLIENT_SECRET"))));
    raw.find(Setting.LINUXDO_CLIENT_ID)
        .ifPresent(
            id ->
                houses.add(
                    IdentityProvider.linuxDo(
                        raw.text(Setting.LINUXDO_URL), id, raw.secret("LINUXDO_CLIENT_SECRET"))));
    raw.find(Setting.POCKETID_CLIENT_ID)
        .ifPresent(id -> houses.add(oidc("pocketid", "Pocket ID", "POCKETID_")));
    for (String name : raw.list(Setting.OIDC_PROVIDERS)) {
      String prefix = "OIDC_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_";
      houses.add(oidc(name, name, prefix));
    }
    return new Settings.ExternalLogins(
        raw.choice(Setting.ALLOW_NEW_ACCOUNT_CREATION).equals("true"),
        raw.text(Setting.LOGIN_REDIRECT_URL),
        houses);
  }

  private IdentityProvider oidc(String id, String name, String prefix) {
    String issuer = raw.valueOrEmpty(prefix + "ISSUER");
    String client = raw.valueOrEmpty(prefix + "CLIENT_ID");
    if (issuer.isEmpty() || client.isEmpty()) {
      raw.addProblem(
          "For logins with "
              + name
              + " both "
              + prefix
              + "ISSUER and "
              + prefix
              + "CLIENT_ID are needed.");
    }
    return new IdentityProvider(
        id, name, issuer, client, raw.secret(prefix + "CLIENT_SECRET"), Optional.empty());
  }
}
