package potluck.server.api.account;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.AccountRules;
import potluck.gateway.provider.Provider;
import potluck.gateway.upstream.AllowedHosts;
import potluck.server.http.ApiError;
import potluck.server.http.MessageKey;

/** Checks the base URL of an account. */
final class BaseUrl {
  private BaseUrl() {}

  /**
   * The base URL to store.
   *
   * @param given from the request; null for the provider's own
   * @throws ApiError 400 with the reason; a host name is checked again at each connection
   */
  static String check(@Nullable String given, Provider provider, AllowedHosts allowed) {
    if (given == null || given.isBlank()) {
      if (provider.baseUrl().isEmpty()) {
        throw new ApiError(400, MessageKey.BASE_URL_REQUIRED);
      }
      return provider.baseUrl();
    }
    URI url =
        AccountRules.parseAddress(given)
            .orElseThrow(() -> new ApiError(400, MessageKey.INVALID_BASE_URL));
    Optional<String> objection = allowed.findObjection(url);
    if (objection.isPresent()) {
      throw new ApiError(400, MessageKey.BASE_URL_NOT_ALLOWED, objection.get());
    }
    return url.toString();
  }
}
