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
 * Asks a provider for tokens. Safe for use by many threads.
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
   * @param before what is kept where the provider says nothing of a refresh token
   * @throws GrantFailed where there are none to be had
   */
  OAuthTokens requestTokens(
      String address, Map<String, String> form, @Nullable Secret before, Instant now)
      throws GrantFailed {
    JsonNode answer = post(address, form);
    String access = answer.path("access_token").asText();
    if (access.isEmpty()) {
      throw new GrantFailed(false, "the provider's answer holds no access token");
    }
    Secret refresh =
        answer.hasNonNull("refresh_token")
            ? new Secret(answer.path("refresh_token").asText())
            : before;
    long life = answer.path("expires_in").asLong(0);
    return new OAuthTokens(new Secret(access), refresh, life <= 0 ? null : now.plusSeconds(life));
  }

  private JsonNode post(String address, Map<String, String> form) throws GrantFailed {
    try (UpstreamResponse answer = upstream.send(request(address, form))) {
      @Nullable JsonNode json = JSON.readTree(answer.readAll(MAX_RESPONSE_BYTES));
      String error = json == null ? "" : json.path("error").asText();
      if (answer.status() != 200 || json == null || !error.isEmpty()) {
        String word = error.matches("[a-z_]{1,40}") ? error : "status " + answer.status();
        // Of all that a provider may say, only this means that people must consent again.
        boolean over = error.equals("invalid_grant") && answer.status() < 500;
        throw new GrantFailed(over, word);
      }
      return json;
    } catch (UpstreamFailed e) {
      throw new GrantFailed(false, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new GrantFailed(false, "the provider's answer is no JSON");
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
      throw new GrantFailed(false, "the token address is none");
    }
  }
}
