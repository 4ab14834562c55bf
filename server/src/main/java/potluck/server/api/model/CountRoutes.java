package potluck.server.api.model;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.DialectResponse;
import potluck.dialect.exchange.Dialects;
import potluck.gateway.relay.TokenCounter;
import potluck.server.http.AccessPolicy;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;

/** How many tokens a request has, in the words of each dialect. A header says who counted. */
final class CountRoutes {
  private final TokenCounter counting;

  CountRoutes(TokenCounter counting) {
    this.counting = counting;
  }

  List<HttpRoute> routes() {
    return List.of(
        count("/v1/messages/count_tokens", "anthropic"),
        count("/cc/v1/messages/count_tokens", "anthropic"),
        count("/v1/responses/input_tokens", "responses"),
        count("/v1beta/models/{model+}:countTokens", "gemini"),
        count("/v1/models/{model+}:countTokens", "gemini"));
  }

  private HttpRoute count(String pattern, String name) {
    Dialect dialect = Dialects.find(name).orElseThrow();
    boolean named = pattern.contains("{model+}");
    return new HttpRoute(
        "POST",
        pattern,
        AccessPolicy.MODEL,
        request -> answer(request, dialect, named ? request.value("model") : null));
  }

  private void answer(Request request, Dialect dialect, @Nullable String model) {
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
