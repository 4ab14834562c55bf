package potluck.gateway.login;

import java.util.Optional;
import potluck.gateway.account.Secret;

/**
 * An identity provider that users may log in with. Immutable.
 *
 * @param id its id in addresses, such as {@code github}
 * @param name its name for users
 * @param issuer the issuer of OpenID Connect, below which its discovery document is; for OAuth2, a
 *     fixed address that identifies it
 * @param clientId the client id that the operator has registered there
 * @param endpoints OAuth2 endpoints; empty if discovery finds them
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
   * The endpoints of an OAuth2 provider.
   *
   * @param user returns a JSON object with an {@code id}
   * @param scope the scope to request
   */
  public record Endpoints(String authorize, String token, String user, String scope) {}

  /**
   * Source: GitHub, "Authorizing OAuth apps"; for GitHub Enterprise, "REST API, root endpoint".
   *
   * @param url {@code https://github.com}, or the address of a GitHub Enterprise server
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
   * @param url {@code https://connect.linux.do}, or another address in tests
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
