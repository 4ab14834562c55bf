package potluck.server.api.model;

import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.RequestScan;
import potluck.dialect.model.Failure;
import potluck.dialect.model.FailureException;
import potluck.dialect.wire.Members;
import potluck.dialect.wire.NullMembers;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Splice;
import potluck.gateway.key.ApiKey;
import potluck.gateway.meter.BodyLog;
import potluck.gateway.relay.Call;
import potluck.gateway.relay.IdempotencyStore;
import potluck.gateway.relay.Relay;
import potluck.gateway.relay.ResponseWriter;
import potluck.server.http.AccessPolicy;
import potluck.server.http.HttpRoute;
import potluck.server.http.InFlightCalls;
import potluck.server.http.Request;
import potluck.server.http.Surface;

/** The routes that call models, one for each surface. */
final class ModelRoutes {
  /** Paths below {@code /v1}, the same at Potluck and at an upstream. */
  private static final List<String> PASSTHROUGH_PATHS =
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
  private final IdempotentCalls idempotentCalls;
  private final InFlightCalls inFlightCalls;
  private final BodyLog bodyLog;
  private final InstantSource clock;
  private final boolean bufferClaudeCodeStreams;

  /**
   * @param bufferForClaudeCode whether streams of {@code /cc} are buffered until the usage is known
   */
  ModelRoutes(
      Relay relay,
      IdempotencyStore idempotencyStore,
      InFlightCalls inFlightCalls,
      BodyLog bodyLog,
      InstantSource clock,
      boolean bufferForClaudeCode) {
    this.relay = relay;
    this.idempotentCalls = new IdempotentCalls(idempotencyStore, relay);
    this.inFlightCalls = inFlightCalls;
    this.bodyLog = bodyLog;
    this.clock = clock;
    this.bufferClaudeCodeStreams = bufferForClaudeCode;
  }

  List<HttpRoute> routes() {
    List<HttpRoute> routes = new ArrayList<>();
    routes.add(chat("/v1/chat/completions", Surface.OPENAI));
    routes.add(chatStreamingByDefault("/api/plugin-api/chat/completions", Surface.ANTIHUB_CHAT));
    routes.add(chat("/v1/responses", Surface.RESPONSES));
    routes.add(chat("/v1/messages", Surface.ANTHROPIC));
    routes.add(chat("/cc/v1/messages", Surface.CLAUDE_CODE));
    // Google's SDKs call one version or the other.
    routes.add(gemini("/v1beta", Surface.GEMINI, "generateContent", false));
    routes.add(gemini("/v1beta", Surface.GEMINI, "streamGenerateContent", true));
    routes.add(gemini("/v1", Surface.GEMINI_V1, "generateContent", false));
    routes.add(gemini("/v1", Surface.GEMINI_V1, "streamGenerateContent", true));
    routes.add(gemini("/api/plugin-api/v1beta", Surface.ANTIHUB_GEMINI, "generateContent", false));
    addPassthroughRoutes(routes);
    return routes;
  }

  private HttpRoute chat(String path, Surface surface) {
    return new HttpRoute(
        "POST",
        path,
        AccessPolicy.MODEL,
        surface,
        request -> serve(request, request.body(), null, null, null));
  }

  /** Endpoints that only OpenAI-compatible upstreams have are passed through. */
  private void addPassthroughRoutes(List<HttpRoute> routes) {
    for (String path : PASSTHROUGH_PATHS) {
      routes.add(
          new HttpRoute(
              "POST",
              "/v1" + path,
              AccessPolicy.MODEL,
              Surface.OPENAI,
              request -> servePassthrough(request, path)));
    }
  }

  private void servePassthrough(Request request, String path) {
    String contentType = request.header("content-type");
    serve(
        request,
        request.body(),
        null,
        null,
        new Call.Passthrough(path, contentType == null ? "application/json" : contentType));
  }

  /** AntiHub's own chat endpoint streams by default. */
  private HttpRoute chatStreamingByDefault(String path, Surface surface) {
    return new HttpRoute(
        "POST",
        path,
        AccessPolicy.MODEL,
        surface,
        request -> serve(request, withStreamDefault(request.body()), null, null, null));
  }

  private static byte[] withStreamDefault(byte[] body) {
    Members members = RequestScan.check(body);
    Span stream = members.find("stream");
    if (stream == null) {
      int open = 0;
      while (body[open] != '{') {
        open++;
      }
      String field = members.isEmpty() ? "\"stream\":true" : "\"stream\":true,";
      return new Splice(body).insert(open + 1, field).bytes();
    }
    return stream.equalsAscii(body, "null")
        ? new Splice(body).replace(stream, "true").bytes()
        : body;
  }

  private HttpRoute gemini(String prefix, Surface surface, String verb, boolean stream) {
    return new HttpRoute(
        "POST",
        prefix + "/models/{model+}:" + verb,
        AccessPolicy.MODEL,
        surface,
        request -> serve(request, request.body(), request.value("model"), stream, null));
  }

  private void serve(
      Request request,
      byte[] body,
      @Nullable String model,
      @Nullable Boolean stream,
      Call.@Nullable Passthrough passthrough) {
    Surface surface = request.surface();
    Dialect dialect = surface.modelDialect();
    InFlightCalls.InFlightCall inFlightCall = inFlightCalls.begin(request.caller());
    try {
      ResponseWriter reply = request.responseWriter(inFlightCall, dialect.keepAlive());
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
              request.isHeaderOn("x-potluck-strict"),
              request.isHeaderOn("x-potluck-whole")
                  || (bufferClaudeCodeStreams && surface.claudeCode()),
              surface.claudeCode() && ClaudeCodeVersion.needsCount(request.header("user-agent")),
              request.isHeaderOn("x-potluck-explain"),
              maxCost(request),
              passthrough,
              forwarded(request, passthrough),
              ForwardedHeaders.trace(request),
              request.header("x-app"),
              channel(request),
              passthrough == null && isPluginServiceCaller(request)
                  ? NullMembers.remove(body)
                  : body);
      if (bodyLog.enabled()) {
        bodyLog.record(
            call.requestId(), call.caller().user().id(), request.headers(), body, clock.instant());
      }
      @Nullable String key = request.header("idempotency-key");
      if (key == null) {
        relay.serve(call, reply);
      } else {
        idempotentCalls.serve(call, reply, key, surface);
      }
    } finally {
      inFlightCalls.end(inFlightCall);
    }
  }

  /** AntiHub's channel label: the key's, or without a key what the caller sends. */
  private static @Nullable String channel(Request request) {
    @Nullable ApiKey key = request.caller().key();
    if (key != null) {
      return key.configType();
    }
    @Nullable String accountType = request.header("x-api-type");
    if (accountType == null && request.surface().accountTypeHeader()) {
      accountType = request.header("x-account-type");
    }
    return accountType != null && accountType.matches("[\\x21-\\x7e]{1,100}") ? accountType : null;
  }

  /** An AntiHub backend writes null for absent members. */
  private static boolean isPluginServiceCaller(Request request) {
    @Nullable ApiKey key = request.caller().key();
    return key != null && key.managesAccounts();
  }

  private static @Nullable Long maxCost(Request request) {
    @Nullable String text = request.header("x-potluck-max-cost");
    if (text == null) {
      return null;
    }
    if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,6})?")) {
      throw new FailureException(
          Failure.Kind.INVALID, "x-potluck-max-cost must be an amount in USD, such as 0.05.");
    }
    return new BigDecimal(text).movePointRight(6).longValueExact();
  }

  private static @Nullable String clientRequestId(Request request) {
    @Nullable String named = request.header("x-client-request-id");
    return named != null ? named : request.header("x-request-id");
  }

  private static Map<String, String> forwarded(
      Request request, Call.@Nullable Passthrough passthrough) {
    Map<String, String> headers = ForwardedHeaders.forwarded(request);
    if (passthrough != null) {
      headers.put("content-type", passthrough.contentType());
    }
    return headers;
  }
}
