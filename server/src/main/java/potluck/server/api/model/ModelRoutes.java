package potluck.server.api.model;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.Skimming;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Refused;
import potluck.dialect.wire.Members;
import potluck.dialect.wire.Nulls;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Splice;
import potluck.gateway.key.ApiKey;
import potluck.gateway.meter.BodyLog;
import potluck.gateway.relay.Call;
import potluck.gateway.relay.Relay;
import potluck.gateway.relay.Reply;
import potluck.gateway.relay.Retries;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;
import potluck.server.http.Watch;

/** The endpoints that models are called at, each in the words of its dialect. */
final class ModelRoutes {
  /** Below {@code /v1}, at us as at an upstream. */
  private static final List<String> ERRANDS =
      List.of(
          "/completions",
          "/embeddings",
          "/moderations",
          "/rerank",
          "/images/generations",
          "/images/edits",
          "/images/variations",
          "/audio/speech",
          "/audio/transcriptions",
          "/audio/translations");

  private final Relay relay;
  private final Idempotent idempotent;
  private final Watch watch;
  private final BodyLog bodies;
  private final InstantSource clock;
  private final boolean wholeForClaudeCode;

  /**
   * @param wholeForClaudeCode whether streams of {@code /cc} are held back until usage is known
   */
  ModelRoutes(
      Relay relay,
      Retries retries,
      Watch watch,
      BodyLog bodies,
      InstantSource clock,
      boolean wholeForClaudeCode) {
    this.relay = relay;
    this.idempotent = new Idempotent(retries, relay);
    this.watch = watch;
    this.bodies = bodies;
    this.clock = clock;
    this.wholeForClaudeCode = wholeForClaudeCode;
  }

  List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(chat("/v1/chat/completions", dialect("openai")));
    routes.add(streaming("/api/plugin-api/chat/completions", dialect("openai")));
    routes.add(chat("/v1/responses", dialect("responses")));
    routes.add(chat("/v1/messages", dialect("anthropic")));
    routes.add(chat("/cc/v1/messages", dialect("anthropic")));
    // Google's SDKs call either version, by language and age.
    for (String version : List.of("/v1beta", "/v1")) {
      routes.add(gemini(version, "generateContent", false));
      routes.add(gemini(version, "streamGenerateContent", true));
    }
    routes.add(gemini("/api/plugin-api/v1beta", "generateContent", false));
    errands(routes);
    return routes;
  }

  private static Dialect dialect(String name) {
    return Dialects.find(name).orElseThrow();
  }

  private Route chat(String path, Dialect spoken) {
    return new Route(
        "POST", path, Policy.MODEL, request -> serve(request, request.body(), spoken, null, null));
  }

  /** What only an upstream of OpenAI's kind can do passes through. */
  private void errands(List<Route> routes) {
    for (String path : ERRANDS) {
      routes.add(new Route("POST", "/v1" + path, Policy.MODEL, request -> errand(request, path)));
    }
  }

  private void errand(Request request, String path) {
    String contentType = request.header("content-type");
    serve(
        request,
        request.body(),
        dialect("openai"),
        null,
        null,
        new Call.Errand(path, contentType == null ? "application/json" : contentType));
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

  private Route gemini(String version, String verb, boolean stream) {
    Dialect spoken = dialect("gemini");
    return new Route(
        "POST",
        version + "/models/{model+}:" + verb,
        Policy.MODEL,
        request -> serve(request, request.body(), spoken, request.value("model"), stream));
  }

  private void serve(
      Request request,
      byte[] body,
      Dialect dialect,
      @Nullable String model,
      @Nullable Boolean stream) {
    serve(request, body, dialect, model, stream, null);
  }

  private void serve(
      Request request,
      byte[] body,
      Dialect dialect,
      @Nullable String model,
      @Nullable Boolean stream,
      Call.@Nullable Errand errand) {
    Watch.Watched watched = watch.begin(request.caller());
    try {
      Reply reply = request.reply(watched, dialect.pulse());
      Call call =
          new Call(
              request.id(),
              clientRequestId(request),
              request.caller(),
              dialect,
              request.path(),
              request.method(),
              model,
              stream,
              Boolean.TRUE.equals(stream) && !"sse".equals(request.query("alt")),
              request.switchedOn("x-potluck-strict"),
              request.switchedOn("x-potluck-whole")
                  || (wholeForClaudeCode && request.path().startsWith("/cc/")),
              request.path().startsWith("/cc/")
                  && ClaudeCode.needsCount(request.header("user-agent")),
              request.switchedOn("x-potluck-explain"),
              maxCost(request),
              errand,
              forwarded(request, errand),
              Along.trace(request),
              request.header("x-app"),
              channel(request),
              errand == null && guest(request) ? Nulls.dropped(body) : body);
      if (bodies.on()) {
        bodies.keep(
            call.requestId(), call.caller().user().id(), request.headers(), body, clock.instant());
      }
      @Nullable String key = request.header("idempotency-key");
      if (key == null) {
        relay.serve(call, reply);
      } else {
        idempotent.serve(call, reply, key);
      }
    } finally {
      watch.forget(watched);
    }
  }

  /**
   * The origin's label for what a request goes through: the key's; where there is no key, what the
   * caller says.
   */
  private static @Nullable String channel(Request request) {
    @Nullable ApiKey key = request.caller().key();
    if (key != null) {
      return key.configType();
    }
    @Nullable String said = request.header("x-api-type");
    if (said == null && request.path().contains("/v1beta/")) {
      said = request.header("x-account-type");
    }
    return said != null && said.matches("[\\x21-\\x7e]{1,100}") ? said : null;
  }

  /** An older backend writes out what it does not mean. */
  private static boolean guest(Request request) {
    @Nullable ApiKey key = request.caller().key();
    return key != null && key.opensPlugin();
  }

  private static @Nullable Long maxCost(Request request) {
    @Nullable String text = request.header("x-potluck-max-cost");
    if (text == null) {
      return null;
    }
    if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,6})?")) {
      throw new Refused(
          Failure.Kind.INVALID, "x-potluck-max-cost must be an amount in USD, such as 0.05.");
    }
    return new java.math.BigDecimal(text).movePointRight(6).longValueExact();
  }

  private static @Nullable String clientRequestId(Request request) {
    @Nullable String named = request.header("x-client-request-id");
    return named != null ? named : request.header("x-request-id");
  }

  private static Map<String, String> forwarded(Request request, Call.@Nullable Errand errand) {
    Map<String, String> headers = Along.forwarded(request);
    if (errand != null) {
      headers.put("content-type", errand.contentType());
    }
    return headers;
  }
}
