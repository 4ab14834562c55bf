package potluck.server.api.model;

import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.Ask;
import potluck.server.http.ApiError;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/**
 * A model request that is not sent: the body is the request itself; {@code dialect} and {@code
 * model} of the query say how it would be called.
 *
 * @param model if the path would name it (Gemini); null if the body does
 */
public record DryRunRequest(Dialect dialect, @Nullable String model, Ask ask, byte[] body) {
  /**
   * Reads the request.
   *
   * @throws ApiError 422 if there is no such dialect
   */
  public static DryRunRequest of(Request request) {
    @Nullable String named = request.query("dialect");
    Dialect dialect =
        Dialects.find(named == null ? "openai" : named)
            .orElseThrow(() -> new ApiError(422, MessageKey.INVALID_DIALECT));
    byte[] body = request.body();
    @Nullable String model = request.query("model");
    Ask outline = dialect.scan(body);
    return new DryRunRequest(
        dialect, model, model == null ? outline : outline.withModel(model, false), body);
  }
}
