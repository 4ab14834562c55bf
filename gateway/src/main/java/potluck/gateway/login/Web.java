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
import potluck.gateway.upstream.Answer;
import potluck.gateway.upstream.Bounds;
import potluck.gateway.upstream.Dispatch;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;

/**
 * Asks other houses, through the same client as everything else: private addresses are refused, and
 * redirects are not followed. Safe for use by many threads.
 */
final class Web {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_BYTES = 256 << 10;

  private final Upstream upstream;
  private final Bounds bounds;

  Web(Upstream upstream, Bounds bounds) {
    this.upstream = upstream;
    this.bounds = bounds;
  }

  JsonNode get(String address, @Nullable String bearer) throws LoginFailed {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    headers.add(Map.entry("accept", "application/json"));
    headers.add(Map.entry("user-agent", "potluck"));
    if (bearer != null) {
      headers.add(Map.entry("authorization", "Bearer " + bearer));
    }
    return ask(new Dispatch("GET", address(address), headers, new byte[0], bounds));
  }

  JsonNode post(String address, Map<String, String> form) throws LoginFailed {
    return ask(
        new Dispatch(
            "POST",
            address(address),
            List.of(
                Map.entry("accept", "application/json"),
                Map.entry("content-type", "application/x-www-form-urlencoded")),
            form(form).getBytes(UTF_8),
            bounds));
  }

  private static URI address(String text) throws LoginFailed {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new LoginFailed("The identity provider gave an address that is none.");
    }
  }

  static String form(Map<String, String> fields) {
    StringJoiner form = new StringJoiner("&");
    fields.forEach((name, value) -> form.add(name + "=" + URLEncoder.encode(value, UTF_8)));
    return form.toString();
  }

  private JsonNode ask(Dispatch dispatch) throws LoginFailed {
    try (Answer answer = upstream.send(dispatch)) {
      byte[] body = answer.readAll(MOST_BYTES);
      if (answer.status() != 200) {
        throw new LoginFailed("The identity provider answered " + answer.status() + ".");
      }
      JsonNode json = JSON.readTree(body);
      if (json == null || !json.isObject()) {
        throw new LoginFailed("The identity provider's answer is no JSON object.");
      }
      return json;
    } catch (UpstreamFailed | IOException e) {
      throw new LoginFailed("The identity provider could not be asked.");
    }
  }
}
