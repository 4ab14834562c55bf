package potluck.server.api.model;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.Written;
import potluck.dialect.exchange.Dialects;
import potluck.gateway.relay.Counting;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** How many tokens a request has, in the words of each dialect. A header says who counted. */
final class CountRoutes {
  private final Counting counting;

  CountRoutes(Counting counting) {
    this.counting = counting;
  }

  List<Route> routes() {
    return List.of(
        count("/v1/messages/count_tokens", "anthropic"),
        count("/cc/v1/messages/count_tokens", "anthropic"),
        count("/v1/responses/input_tokens", "responses"),
        count("/v1beta/models/{model+}:countTokens", "gemini"),
        count("/v1/models/{model+}:countTokens", "gemini"));
  }

  private Route count(String pattern, String name) {
    Dialect dialect = Dialects.find(name).orElseThrow();
    boolean named = pattern.contains("{model+}");
    return new Route(
        "POST",
        pattern,
        Policy.MODEL,
        request -> answer(request, dialect, named ? request.value("model") : null));
  }

  private void answer(Request request, Dialect dialect, @Nullable String model) {
    Counting.Counted counted =
        counting.count(
            new Counting.Question(
                request.caller(), dialect, model, Along.forwarded(request), request.body()));
    request.answerHeader("x-potluck-count", counted.exact() ? "upstream" : "estimated");
    Written written = dialect.writeCount(counted.tokens());
    request.send(written.status(), "application/json", written.body());
  }
}
