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
import potluck.gateway.login.LoginFailed.Why;
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
  private static final Logger LOG = LoggerFactory.getLogger(Web.class);
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

  /**
   * @param authorization for a header; null where the form says who asks
   * @throws LoginFailed (CODE_REFUSED) where it was refused for what was asked
   */
  JsonNode post(String address, Map<String, String> form, @Nullable String authorization)
      throws LoginFailed {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    headers.add(Map.entry("accept", "application/json"));
    headers.add(Map.entry("content-type", "application/x-www-form-urlencoded"));
    if (authorization != null) {
      headers.add(Map.entry("authorization", authorization));
    }
    return ask(new Dispatch("POST", address(address), headers, form(form).getBytes(UTF_8), bounds));
  }

  private static URI address(String text) throws LoginFailed {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new LoginFailed(Why.ADDRESSES);
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
        boolean asked = answer.status() == 400 || answer.status() == 401;
        LOG.warn("{} answered {}", dispatch.uri().getHost(), answer.status());
        throw new LoginFailed(
            asked && dispatch.method().equals("POST") ? Why.CODE_REFUSED : Why.DOWN);
      }
      JsonNode json = JSON.readTree(body);
      if (json == null || !json.isObject()) {
        throw new LoginFailed(Why.GARBAGE);
      }
      return json;
    } catch (UpstreamFailed e) {
      LOG.warn("{} cannot be asked: {}", dispatch.uri().getHost(), e.getMessage());
      throw new LoginFailed(Why.DOWN);
    } catch (IOException e) {
      throw new LoginFailed(Why.GARBAGE);
    }
  }
}
