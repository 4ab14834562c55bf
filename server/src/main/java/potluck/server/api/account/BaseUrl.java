package potluck.server.api.account;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.AccountRules;
import potluck.gateway.provider.Provider;
import potluck.gateway.upstream.AllowedHosts;
import potluck.server.http.ApiError;

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
        throw new ApiError(
            400,
            "此 provider 需要 base_url，例如 http://host:port/v1",
            "This provider needs a base_url, such as http://host:port/v1.");
      }
      return provider.baseUrl();
    }
    URI url =
        AccountRules.parseAddress(given)
            .orElseThrow(
                () ->
                    new ApiError(
                        400,
                        "base_url 必须是不带用户、查询和片段的 http(s) 地址",
                        "base_url must be an http or https address without user, query or"
                            + " fragment."));
    Optional<String> objection = allowed.findObjection(url);
    if (objection.isPresent()) {
      throw new ApiError(
          400,
          "不允许的 base_url：" + objection.get() + "（运营者可以把它写进 UPSTREAM_ALLOWED_HOSTS）",
          "This base_url is not allowed: " + objection.get() + ".");
    }
    return url.toString();
  }
}
