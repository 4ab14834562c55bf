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
public record IdentityProvider(
    String id,
    String name,
    String issuer,
    String clientId,
    Secret clientSecret,
    Optional<Endpoints> endpoints) {

  private static final String GITHUB = "https://github.com";

  /**
   * Where an OAuth2 house is asked what.
   *
   * @param user answers with an object that has an {@code id}
   * @param scope to ask for
   */
  public record Endpoints(String authorize, String token, String user, String scope) {}

  /**
   * Source: GitHub, "Authorizing OAuth apps"; of GitHub Enterprise, "REST API, root endpoint".
   *
   * @param url {@code https://github.com}, or a house's own GitHub Enterprise
   */
  public static IdentityProvider gitHub(String url, String clientId, Secret secret) {
    String user = url.equals(GITHUB) ? "https://api.github.com/user" : url + "/api/v3/user";
    return new IdentityProvider(
        "github",
        "GitHub",
        url,
        clientId,
        secret,
        Optional.of(
            new Endpoints(
                url + "/login/oauth/authorize",
                url + "/login/oauth/access_token",
                user,
                "read:user")));
  }

  /**
   * Source: connect.linux.do, "OAuth2".
   *
   * @param url {@code https://connect.linux.do}, or what stands in for it
   */
  public static IdentityProvider linuxDo(String url, String clientId, Secret secret) {
    return new IdentityProvider(
        "linux_do",
        "Linux.do",
        url,
        clientId,
        secret,
        Optional.of(
            new Endpoints(
                url + "/oauth2/authorize", url + "/oauth2/token", url + "/api/user", "read")));
  }

  public boolean speaksOidc() {
    return endpoints.isEmpty();
  }
}
