package potluck.server.api.model;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.DialectResponse;
import potluck.gateway.relay.TokenCounter;
import potluck.server.http.AccessPolicy;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;
import potluck.server.http.Surface;

/**
 * Token counting in each dialect. A header says whether the upstream counted or it is an estimate.
 */
final class CountRoutes {
  private final TokenCounter counting;

  CountRoutes(TokenCounter counting) {
    this.counting = counting;
  }

  List<HttpRoute> routes() {
    return List.of(
        count("/v1/messages/count_tokens", Surface.ANTHROPIC),
        count("/cc/v1/messages/count_tokens", Surface.CLAUDE_CODE),
        count("/v1/responses/input_tokens", Surface.RESPONSES),
        count("/v1beta/models/{model+}:countTokens", Surface.GEMINI),
        count("/v1/models/{model+}:countTokens", Surface.GEMINI_V1));
  }

  private HttpRoute count(String pattern, Surface surface) {
    boolean modelInPath = pattern.contains("{model+}");
    return new HttpRoute(
        "POST",
        pattern,
        AccessPolicy.MODEL,
        surface,
        request -> answer(request, modelInPath ? request.value("model") : null));
  }

  private void answer(Request request, @Nullable String model) {
    Dialect dialect = request.surface().modelDialect();
    TokenCounter.TokenCountResult counted =
        counting.count(
            new TokenCounter.CountRequest(
                request.caller(),
                dialect,
                model,
                ForwardedHeaders.forwarded(request),
                request.body()));
    request.responseHeader("x-potluck-count", counted.exact() ? "upstream" : "estimated");
    DialectResponse written = dialect.writeTokenCount(counted.tokens());
    request.send(written.status(), "application/json", written.body());
  }
}
