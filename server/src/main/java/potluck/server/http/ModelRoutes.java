package potluck.server.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.Dialects;
import potluck.dialect.Skimming;
import potluck.dialect.wire.Members;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Splice;
import potluck.gateway.pool.Pool;
import potluck.gateway.relay.Call;
import potluck.gateway.relay.Relay;

/** The endpoints that models are called at, each in the words of its dialect. */
final class ModelRoutes {
  /** Headers of the caller's that may matter to an upstream of the same dialect. */
  private static final List<String> FORWARDED =
      List.of("anthropic-version", "anthropic-beta", "openai-beta");

  private final Relay relay;
  private final Pool pool;
  private final Watch watch;

  ModelRoutes(Relay relay, Pool pool, Watch watch) {
    this.relay = relay;
    this.pool = pool;
    this.watch = watch;
  }

  List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    Dialects.find("openai")
        .ifPresent(
            dialect -> {
              routes.add(chat("/v1/chat/completions", dialect));
              routes.add(streaming("/api/plugin-api/chat/completions", dialect));
            });
    Dialects.find("responses").ifPresent(dialect -> routes.add(chat("/v1/responses", dialect)));
    Dialects.find("anthropic")
        .ifPresent(
            dialect -> {
              routes.add(chat("/v1/messages", dialect));
              routes.add(chat("/cc/v1/messages", dialect));
            });
    Dialects.find("gemini")
        .ifPresent(
            dialect -> {
              routes.add(gemini("generateContent", dialect, false));
              routes.add(gemini("streamGenerateContent", dialect, true));
            });
    routes.add(new Route("GET", "/v1/models", Policy.MODEL, this::list));
    routes.add(new Route("GET", "/api/plugin-api/models", Policy.MODEL, this::list));
    return routes;
  }

  private Route chat(String path, Dialect spoken) {
    return new Route(
        "POST", path, Policy.MODEL, request -> serve(request, request.body(), spoken, null, null));
  }

  /** The origin's own chat endpoint streams unless it is told not to. */
  private Route streaming(String path, Dialect spoken) {
    return new Route(
        "POST",
        path,
        Policy.MODEL,
        request -> serve(request, streamed(request.body()), spoken, null, null));
  }

  private static byte[] streamed(byte[] body) {
    Members members = Skimming.check(body);
    Span stream = members.find("stream");
    if (stream == null) {
      int open = 0;
      while (body[open] != '{') {
        open++;
      }
      String field = members.isEmpty() ? "\"stream\":true" : "\"stream\":true,";
      return new Splice(body).insert(open + 1, field).bytes();
    }
    return stream.is(body, "null") ? new Splice(body).replace(stream, "true").bytes() : body;
  }

  private Route gemini(String verb, Dialect spoken, boolean stream) {
    return new Route(
        "POST",
        "/v1beta/models/{model}:" + verb,
        Policy.MODEL,
        request -> serve(request, request.body(), spoken, request.value("model"), stream));
  }

  private void serve(
      Request request,
      byte[] body,
      Dialect dialect,
      @Nullable String model,
      @Nullable Boolean stream) {
    Watch.Watched watched = watch.begin();
    try {
      relay.serve(
          new Call(
              request.id(),
              clientRequestId(request),
              request.caller(),
              dialect,
              request.path(),
              request.method(),
              model,
              stream,
              forwarded(request),
              request.header("x-app"),
              body),
          new HelidonReply(request.out(), watched));
    } finally {
      watch.forget(watched);
    }
  }

  private static @Nullable String clientRequestId(Request request) {
    @Nullable String named = request.header("x-client-request-id");
    return named != null ? named : request.header("x-request-id");
  }

  private static Map<String, String> forwarded(Request request) {
    Map<String, String> headers = new HashMap<>();
    for (String name : FORWARDED) {
      @Nullable String value = request.header(name);
      if (value != null) {
        headers.put(name.toLowerCase(Locale.ROOT), value);
      }
    }
    return headers;
  }

  record Model(String id, String object, long created, String ownedBy) {}

  record Models(String object, List<Model> data) {}

  private void list(Request request) {
    List<Model> models =
        pool.models(request.caller()).stream()
            .map(name -> new Model(name, "model", 1_767_225_600, "potluck"))
            .toList();
    request.json(new Models("list", models));
  }
}
