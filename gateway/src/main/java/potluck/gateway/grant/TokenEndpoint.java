package potluck.gateway.grant;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.gateway.upstream.Timeouts;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamRequest;
import potluck.gateway.upstream.UpstreamResponse;

/**
 * Calls the token endpoint of a provider. Thread-safe.
 *
 * <p>Source: RFC 6749, 5.1 and 5.2.
 */
final class TokenEndpoint {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_RESPONSE_BYTES = 64 << 10;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Timeouts TIMEOUTS = new Timeouts(TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT);

  private final Upstream upstream;

  TokenEndpoint(Upstream upstream) {
    this.upstream = upstream;
  }

  /**
   * @param before the refresh token to keep if the response contains none
   * @throws GrantFailed if the provider issues no tokens
   */
  OAuthTokens requestTokens(
      String address, Map<String, String> form, @Nullable Secret before, Instant now)
      throws GrantFailed {
    JsonNode response = post(address, form);
    String access = response.path("access_token").asText();
    if (access.isEmpty()) {
      throw new GrantFailed(false, "the provider's response contains no access token");
    }
    Secret refresh =
        response.hasNonNull("refresh_token")
            ? new Secret(response.path("refresh_token").asText())
            : before;
    long lifetimeSeconds = response.path("expires_in").asLong(0);
    return new OAuthTokens(
        new Secret(access),
        refresh,
        lifetimeSeconds <= 0 ? null : now.plusSeconds(lifetimeSeconds));
  }

  private JsonNode post(String address, Map<String, String> form) throws GrantFailed {
    try (UpstreamResponse response = upstream.send(request(address, form))) {
      @Nullable JsonNode json = JSON.readTree(response.readAll(MAX_RESPONSE_BYTES));
      String error = json == null ? "" : json.path("error").asText();
      if (response.status() != 200 || json == null || !error.isEmpty()) {
        String reason = error.matches("[a-z_]{1,40}") ? error : "status " + response.status();
        // Only this error means that the user must consent again.
        boolean needsConsent = error.equals("invalid_grant") && response.status() < 500;
        throw new GrantFailed(needsConsent, reason);
      }
      return json;
    } catch (UpstreamFailed e) {
      throw new GrantFailed(false, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new GrantFailed(false, "the provider's response is not JSON");
    }
  }

  private static UpstreamRequest request(String address, Map<String, String> form)
      throws GrantFailed {
    StringJoiner body = new StringJoiner("&");
    form.forEach((name, value) -> body.add(name + "=" + URLEncoder.encode(value, UTF_8)));
    try {
      return new UpstreamRequest(
          "POST",
          URI.create(address),
          List.of(
              Map.entry("accept", "application/json"),
              Map.entry("content-type", "application/x-www-form-urlencoded")),
          body.toString().getBytes(UTF_8),
          TIMEOUTS);
    } catch (IllegalArgumentException e) {
      throw new GrantFailed(false, "the token address is not a URL");
    }
  }
}
