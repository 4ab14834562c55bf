package potluck.gateway.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.login.LoginFailed.Reason;
import potluck.gateway.upstream.Timeouts;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamRequest;
import potluck.gateway.upstream.UpstreamResponse;

/**
 * Calls identity providers through the upstream client: private addresses are refused and redirects
 * are not followed. Thread-safe.
 */
final class IdentityProviderClient {
  private static final Logger LOG = LoggerFactory.getLogger(IdentityProviderClient.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_RESPONSE_BYTES = 256 << 10;

  private final Upstream upstream;
  private final Timeouts timeouts;

  IdentityProviderClient(Upstream upstream, Timeouts timeouts) {
    this.upstream = upstream;
    this.timeouts = timeouts;
  }

  JsonNode get(String address, @Nullable String bearer) throws LoginFailed {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    headers.add(Map.entry("accept", "application/json"));
    headers.add(Map.entry("user-agent", "potluck"));
    if (bearer != null) {
      headers.add(Map.entry("authorization", "Bearer " + bearer));
    }
    return send(new UpstreamRequest("GET", parseUri(address), headers, new byte[0], timeouts));
  }

  /**
   * @param authorization value of the header; null if the form has the client secret
   * @throws LoginFailed CODE_REFUSED if the provider rejected the request itself
   */
  JsonNode post(String address, Map<String, String> form, @Nullable String authorization)
      throws LoginFailed {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    headers.add(Map.entry("accept", "application/json"));
    headers.add(Map.entry("content-type", "application/x-www-form-urlencoded"));
    if (authorization != null) {
      headers.add(Map.entry("authorization", authorization));
    }
    return send(
        new UpstreamRequest(
            "POST", parseUri(address), headers, form(form).getBytes(UTF_8), timeouts));
  }

  private static URI parseUri(String text) throws LoginFailed {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new LoginFailed(Reason.BAD_ENDPOINTS);
    }
  }

  static String form(Map<String, String> fields) {
    StringJoiner form = new StringJoiner("&");
    fields.forEach((name, value) -> form.add(name + "=" + URLEncoder.encode(value, UTF_8)));
    return form.toString();
  }

  private JsonNode send(UpstreamRequest request) throws LoginFailed {
    try (UpstreamResponse response = upstream.send(request)) {
      byte[] body = response.readAll(MAX_RESPONSE_BYTES);
      if (response.status() != 200) {
        boolean rejected = response.status() == 400 || response.status() == 401;
        LOG.warn("{} answered {}", request.uri().getHost(), response.status());
        throw new LoginFailed(
            rejected && request.method().equals("POST") ? Reason.CODE_REFUSED : Reason.UNREACHABLE);
      }
      JsonNode json = JSON.readTree(body);
      if (json == null || !json.isObject()) {
        throw new LoginFailed(Reason.INVALID_RESPONSE);
      }
      return json;
    } catch (UpstreamFailed e) {
      LOG.warn("could not call {}: {}", request.uri().getHost(), e.getMessage());
      throw new LoginFailed(Reason.UNREACHABLE);
    } catch (IOException e) {
      throw new LoginFailed(Reason.INVALID_RESPONSE);
    }
  }
}
