package potluck.server.api.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.FailureException;
import potluck.gateway.key.Caller;
import potluck.gateway.plugin.PoolBackend;
import potluck.gateway.pool.Pool;
import potluck.gateway.route.Router;
import potluck.server.http.AccessPolicy;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;
import potluck.server.http.Surface;

/**
 * The models that the caller may use. {@code /v1/models} suits OpenAI's and Anthropic's clients at
 * once, with Anthropic's paging; {@code /v1beta/models} is Gemini's.
 */
final class ModelListRoutes {
  /** The creation time of a model is unknown; clients want a number that does not change. */
  private static final long CREATED = 1_767_225_600;

  private static final String CREATED_AT = "2026-01-01T00:00:00Z";
  private static final int MAX_PAGE_SIZE = 1000;
  private static final int DEFAULT_PAGE_SIZE = 50;

  private final PoolBackend plugin;
  private final Pool pool;
  private final Router routes;

  ModelListRoutes(PoolBackend plugin, Pool pool, Router routes) {
    this.plugin = plugin;
    this.pool = pool;
    this.routes = routes;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/v1/models", AccessPolicy.MODEL, Surface.OPENAI, this::list),
        new HttpRoute("GET", "/v1/models/{id+}", AccessPolicy.MODEL, Surface.OPENAI, this::get),
        new HttpRoute("GET", "/api/plugin-api/models", AccessPolicy.MODEL, this::list),
        new HttpRoute(
            "GET", "/v1beta/models", AccessPolicy.MODEL, Surface.GEMINI, this::geminiList),
        new HttpRoute(
            "GET", "/v1beta/models/{id+}", AccessPolicy.MODEL, Surface.GEMINI, this::geminiGet));
  }

  private List<String> names(Request request) {
    Caller caller = request.caller();
    return List.copyOf(
        routes.visibleNames(caller, plugin.models(caller), model -> pool.canServe(caller, model)));
  }

  private void list(Request request) {
    List<String> all = names(request);
    int limit = (int) request.query("limit", MAX_PAGE_SIZE, 1, MAX_PAGE_SIZE);
    @Nullable String after = request.query("after_id");
    @Nullable String before = request.query("before_id");
    List<String> rest = new ArrayList<>(all);
    if (after != null) {
      rest.removeIf(name -> name.compareTo(after) <= 0);
    }
    if (before != null) {
      rest.removeIf(name -> name.compareTo(before) >= 0);
    }
    boolean back = before != null && after == null;
    List<String> page =
        rest.size() <= limit
            ? rest
            : back ? rest.subList(rest.size() - limit, rest.size()) : rest.subList(0, limit);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("object", "list");
    body.put("data", page.stream().map(ModelListRoutes::modelView).toList());
    body.put("has_more", rest.size() > page.size());
    body.put("first_id", page.isEmpty() ? null : page.getFirst());
    body.put("last_id", page.isEmpty() ? null : page.getLast());
    request.json(body);
  }

  private void get(Request request) {
    request.json(modelView(checkKnown(request, request.value("id"))));
  }

  private String checkKnown(Request request, String name) {
    if (!names(request).contains(name)) {
      throw new FailureException(
          Failure.of(
                  Kind.NOT_FOUND,
                  "The model '"
                      + name
                      + "' does not exist or no account that you may use serves it.")
              .code("model_not_found")
              .param("model"));
    }
    return name;
  }

  private static Map<String, Object> modelView(String name) {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("id", name);
    model.put("object", "model");
    model.put("created", CREATED);
    model.put("owned_by", "potluck");
    model.put("type", "model");
    model.put("display_name", name);
    model.put("created_at", CREATED_AT);
    return model;
  }

  private void geminiList(Request request) {
    List<String> all = names(request);
    // Like Google: 0 means the default, and a larger number than the maximum means the maximum.
    int asked = (int) request.query("pageSize", 0, 0, Integer.MAX_VALUE);
    int size = asked == 0 ? DEFAULT_PAGE_SIZE : Math.min(asked, MAX_PAGE_SIZE);
    @Nullable String token = request.query("pageToken");
    List<String> rest =
        token == null ? all : all.stream().filter(name -> name.compareTo(token) > 0).toList();
    List<String> page = rest.subList(0, Math.min(size, rest.size()));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("models", page.stream().map(ModelListRoutes::geminiModelView).toList());
    if (page.size() < rest.size()) {
      body.put("nextPageToken", page.getLast());
    }
    request.json(body);
  }

  private void geminiGet(Request request) {
    request.json(geminiModelView(checkKnown(request, request.value("id"))));
  }

  private static Map<String, Object> geminiModelView(String name) {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("name", "models/" + name);
    model.put("displayName", name);
    model.put("description", "Served by the pool");
    model.put(
        "supportedGenerationMethods",
        List.of("generateContent", "streamGenerateContent", "countTokens"));
    return model;
  }
}
