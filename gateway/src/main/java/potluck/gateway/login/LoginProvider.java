package potluck.gateway.login;

import java.util.Optional;
import potluck.gateway.account.Secret;

/**
 * Another house whose word on who somebody is counts here. Immutable.
 *
 * @param id its name in addresses, such as {@code github}
 * @param name for people
 * @param issuer of OpenID Connect, where its discovery document lies; or what stands for it
 * @param clientId that the operator was given there
 * @param endpoints of OAuth2; empty where discovery tells them
 */
public record LoginProvider(
    String id,
    String name,
    String issuer,
    String clientId,
    Secret clientSecret,
    Optional<Endpoints> endpoints) {

  /**
   * Where an OAuth2 house is asked what.
   *
   * @param user answers with an object that has an {@code id}
   * @param scope to ask for
   */
  public record Endpoints(String authorize, String token, String user, String scope) {}

  /** Source: GitHub, "Authorizing OAuth apps". */
  public static LoginProvider gitHub(String clientId, Secret secret) {
    return new LoginProvider(
        "github",
        "GitHub",
        "https://github.com",
        clientId,
        secret,
        Optional.of(
            new Endpoints(
                "https://github.com/login/oauth/authorize",
                "https://github.com/login/oauth/access_token",
                "https://api.github.com/user",
                "read:user")));
  }

  /** Source: connect.linux.do, "OAuth2". */
  public static LoginProvider linuxDo(String clientId, Secret secret) {
    return new LoginProvider(
        "linux_do",
        "Linux.do",
        "https://connect.linux.do",
        clientId,
        secret,
        Optional.of(
            new Endpoints(
                "https://connect.linux.do/oauth2/authorize",
                "https://connect.linux.do/oauth2/token",
                "https://connect.linux.do/api/user",
                "read")));
  }

  public boolean speaksOidc() {
    return endpoints.isEmpty();
  }
}
