package potluck.server.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import potluck.gateway.login.LoginProvider;

/** Reads which other houses people may log in by. */
final class GivenLogins {
  private final Given given;

  GivenLogins(Given given) {
    this.given = given;
  }

  Settings.ForeignLogins foreign() {
    List<LoginProvider> houses = new ArrayList<>();
    given
        .find(Setting.GITHUB_CLIENT_ID)
        .ifPresent(
            id ->
                houses.add(
                    LoginProvider.gitHub(
                        given.text(Setting.GITHUB_URL), id, given.secret("GITHUB_CLIENT_SECRET"))));
    given
        .find(Setting.LINUXDO_CLIENT_ID)
        .ifPresent(
            id ->
                houses.add(
                    LoginProvider.linuxDo(
                        given.text(Setting.LINUXDO_URL),
                        id,
                        given.secret("LINUXDO_CLIENT_SECRET"))));
    given
        .find(Setting.POCKETID_CLIENT_ID)
        .ifPresent(id -> houses.add(oidc("pocketid", "Pocket ID", "POCKETID_")));
    for (String name : given.list(Setting.OIDC_PROVIDERS)) {
      String prefix = "OIDC_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_";
      houses.add(oidc(name, name, prefix));
    }
    return new Settings.ForeignLogins(
        given.choice(Setting.ALLOW_NEW_ACCOUNT_CREATION).equals("true"),
        given.text(Setting.LOGIN_REDIRECT_URL),
        houses);
  }

  private LoginProvider oidc(String id, String name, String prefix) {
    String issuer = given.word(prefix + "ISSUER");
    String client = given.word(prefix + "CLIENT_ID");
    if (issuer.isEmpty() || client.isEmpty()) {
      given.wrong(
          "For logins with "
              + name
              + " both "
              + prefix
              + "ISSUER and "
              + prefix
              + "CLIENT_ID are needed.");
    }
    return new LoginProvider(
        id, name, issuer, client, given.secret(prefix + "CLIENT_SECRET"), Optional.empty());
  }
}
