package potluck.gateway.provider;

import java.util.List;
import potluck.gateway.account.Secret;

/** How an account's credential yields the access tokens of its requests. Immutable. */
public sealed interface Grant {

  /**
   * OAuth 2 consent with PKCE for the operator's own client. The credential contains an access
   * token and a refresh token.
   *
   * @param authorize the address to send the browser to
   * @param token the address that redeems codes and refresh tokens
   * @param clientSecret empty for a public client
   */
  record OAuth(
      String authorize, String token, List<String> scopes, String clientId, Secret clientSecret)
      implements Grant {}

  /** A Google service account: the credential is its key file, which signs requests for tokens. */
  record ServiceAccount(String scope) implements Grant {}
}
