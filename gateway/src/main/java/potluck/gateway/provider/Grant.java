package potluck.gateway.provider;

import java.util.List;
import potluck.gateway.account.Secret;

/** How an account's credential gives the tokens that its requests carry. Immutable. */
public sealed interface Grant {

  /**
   * Consent that a person gives at the provider, by OAuth 2 with PKCE, for a client of the
   * operator's own. The credential holds an access token and a refresh token.
   *
   * @param authorize where the browser is sent
   * @param token where codes and refresh tokens are redeemed
   * @param clientSecret empty for a public client
   */
  record OAuth(
      String authorize, String token, List<String> scopes, String clientId, Secret clientSecret)
      implements Grant {}

  /**
   * A service account of Google's: the credential is its key file, which signs requests for tokens.
   */
  record ServiceAccount(String scope) implements Grant {}
}
