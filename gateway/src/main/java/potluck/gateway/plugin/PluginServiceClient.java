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
 * Client of the Plug-in service for everything but models. Redirects are not followed; responses
 * are limited in size and time. Thread-safe.
 */
public final class PluginServiceClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_RESPONSE_BYTES = 16 << 20;

  /**
   * For requests in the background and for those that a caller waits for, such as creating a user.
   */
  private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration LONG_TIMEOUT = Duration.ofSeconds(30);

  private final Upstream upstream;
  private final String base;
  private final Secret adminKey;
  private final Duration connectTimeout;

  /**
   * @param base the address of the service, without a trailing slash
   * @param connectTimeout time to connect
   */
  public PluginServiceClient(
      Upstream upstream, String base, Secret adminKey, Duration connectTimeout) {
    this.upstream = upstream;
    this.base = base;
    this.adminKey = adminKey;
    this.connectTimeout = connectTimeout;
  }

  /** The response of the service, unchanged. */
  public record ServiceResponse(int status, @Nullable String contentType, byte[] body) {
    /** The body as JSON; a missing node if it is not JSON. */
    public JsonNode json() {
      try {
        @Nullable JsonNode root = JSON.readTree(body);
        return root == null ? MissingNode.getInstance() : root;
      } catch (IOException e) {
        return MissingNode.getInstance();
      }
    }
  }

  /** A user that the service has created, and the key that it issued. */
  record CreatedUser(String pluginUserId, Secret key) {}

  CreatedUser createUser(String name) throws UpstreamFailed {
    CreatedUser created =
        parseCreated(sendAsAdmin("POST", "/api/users", Map.of("name", name, "prefer_shared", 0)));
    if (created.pluginUserId().isBlank()) {
      throw new UpstreamFailed(Kind.PROTOCOL, "its response contains no user id");
    }
    return created;
  }

  /** Requests another key for a user of the service; empty if the service has no such user. */
  Optional<CreatedUser> regenerateKey(String pluginUserId) throws UpstreamFailed {
    String path = "/api/users/" + URLEncoder.encode(pluginUserId, StandardCharsets.UTF_8);
    ServiceResponse response = sendAsAdmin("POST", path + "/regenerate-key", Map.of());
    return response.status() == 404
        ? Optional.empty()
        : Optional.of(new CreatedUser(pluginUserId, parseCreated(response).key()));
  }

  /** False only if the service rejects the key with 401; other failures prove nothing. */
  boolean accepts(Secret key) throws UpstreamFailed {
    return send("GET", "/api/user/me", key, Map.of(), new byte[0], SHORT_TIMEOUT).status() != 401;
  }

  /**
   * Sends a request with a user's key.
   *
   * @param path the path with its query
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

  private static CreatedUser parseCreated(ServiceResponse response) throws UpstreamFailed {
    JsonNode data = response.json().path("data");
    String key = data.path("api_key").asText("");
    String id = data.path("user_id").asText("");
    if (response.status() / 100 != 2 || key.isBlank()) {
      throw new UpstreamFailed(Kind.PROTOCOL, "it answered " + response.status());
    }
    return new CreatedUser(id, new Secret(key));
  }

  private ServiceResponse send(
      String method,
      String path,
      Secret credential,
      Map<String, String> extra,
      byte[] body,
      Duration timeout)
      throws UpstreamFailed {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    headers.add(Map.entry("authorization", "Bearer " + credential.reveal()));
    headers.add(Map.entry("accept", "application/json"));
    if (body.length > 0) {
      headers.add(Map.entry("content-type", "application/json"));
    }
    extra.forEach((name, value) -> headers.add(Map.entry(name, value)));
    Timeouts timeouts = new Timeouts(connectTimeout, timeout, timeout, timeout);
    try (UpstreamResponse received =
        upstream.send(
            new UpstreamRequest(method, URI.create(base + path), headers, body, timeouts))) {
      return new ServiceResponse(
          received.status(), received.header("content-type"), received.readAll(MAX_RESPONSE_BYTES));
    }
  }
}
