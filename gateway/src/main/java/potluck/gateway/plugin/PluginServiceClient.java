package potluck.gateway.plugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.gateway.upstream.Timeouts;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamFailed.Kind;
import potluck.gateway.upstream.UpstreamRequest;
import potluck.gateway.upstream.UpstreamResponse;

/**
 * The Plug-in service's door: what is asked of it but models. Redirects are not followed, and
 * answers are bounded in size and time. Safe for use by many threads.
 */
public final class PluginServiceClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_RESPONSE_BYTES = 16 << 20;

  /** For what goes on behind an answer, or holds a request up: making a user. */
  private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration LONG_TIMEOUT = Duration.ofSeconds(30);

  private final Upstream upstream;
  private final String base;
  private final Secret adminKey;
  private final Duration connectTimeout;

  /**
   * @param base the service's address, without a slash at its end
   * @param connect to reach it
   */
  public PluginServiceClient(Upstream upstream, String base, Secret adminKey, Duration connect) {
    this.upstream = upstream;
    this.base = base;
    this.adminKey = adminKey;
    this.connectTimeout = connect;
  }

  /** What the service answered, as it came. */
  public record ServiceResponse(int status, @Nullable String contentType, byte[] body) {
    /** The body; missing where it is no JSON. */
    public JsonNode json() {
      try {
        @Nullable JsonNode root = JSON.readTree(body);
        return root == null ? MissingNode.getInstance() : root;
      } catch (IOException e) {
        return MissingNode.getInstance();
      }
    }
  }

  /** A user that the service has made, and the key that it gave. */
  record CreatedUser(String pluginUserId, Secret key) {}

  CreatedUser createUser(String name) throws UpstreamFailed {
    CreatedUser made =
        parseCreated(sendAsAdmin("POST", "/api/users", Map.of("name", name, "prefer_shared", 0)));
    if (made.pluginUserId().isBlank()) {
      throw new UpstreamFailed(Kind.PROTOCOL, "it did not say whom it has made");
    }
    return made;
  }

  /** Another key for a user of the service; empty where it has no such user. */
  Optional<CreatedUser> regenerateKey(String pluginUserId) throws UpstreamFailed {
    String path = "/api/users/" + URLEncoder.encode(pluginUserId, StandardCharsets.UTF_8);
    ServiceResponse reply = sendAsAdmin("POST", path + "/regenerate-key", Map.of());
    return reply.status() == 404
        ? Optional.empty()
        : Optional.of(new CreatedUser(pluginUserId, parseCreated(reply).key()));
  }

  /** False only where the service says so: a service that fails proves nothing. */
  boolean accepts(Secret key) throws UpstreamFailed {
    return send("GET", "/api/user/me", key, Map.of(), new byte[0], SHORT_TIMEOUT).status() != 401;
  }

  /**
   * Asks in a user's name.
   *
   * @param path with its query
   */
  ServiceResponse send(
      String method, String path, Secret key, Map<String, String> headers, byte[] body)
      throws UpstreamFailed {
    return send(method, path, key, headers, body, LONG_TIMEOUT);
  }

  private ServiceResponse sendAsAdmin(String method, String path, Map<String, Object> body)
      throws UpstreamFailed {
    try {
      return send(method, path, adminKey, Map.of(), JSON.writeValueAsBytes(body), SHORT_TIMEOUT);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CreatedUser parseCreated(ServiceResponse reply) throws UpstreamFailed {
    JsonNode data = reply.json().path("data");
    String key = data.path("api_key").asText("");
    String id = data.path("user_id").asText("");
    if (reply.status() / 100 != 2 || key.isBlank()) {
      throw new UpstreamFailed(Kind.PROTOCOL, "it answered " + reply.status());
    }
    return new CreatedUser(id, new Secret(key));
  }

  private ServiceResponse send(
      String method,
      String path,
      Secret credential,
      Map<String, String> extra,
      byte[] body,
      Duration patience)
      throws UpstreamFailed {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    headers.add(Map.entry("authorization", "Bearer " + credential.reveal()));
    headers.add(Map.entry("accept", "application/json"));
    if (body.length > 0) {
      headers.add(Map.entry("content-type", "application/json"));
    }
    extra.forEach((name, value) -> headers.add(Map.entry(name, value)));
    Timeouts bounds = new Timeouts(connectTimeout, patience, patience, patience);
    try (UpstreamResponse answer =
        upstream.send(
            new UpstreamRequest(method, URI.create(base + path), headers, body, bounds))) {
      return new ServiceResponse(
          answer.status(), answer.header("content-type"), answer.readAll(MAX_RESPONSE_BYTES));
    }
  }
}
