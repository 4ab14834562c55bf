package potluck.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.DialectResponse;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;

/** Writes errors in the form of the route's {@link Surface}. */
final class ErrorForm {
  private ErrorForm() {}

  private static @Nullable Dialect errorDialect(Surface surface) {
    return surface.errors() == Surface.Errors.DIALECT ? surface.modelDialect() : null;
  }

  /**
   * @param language the caller's {@code Accept-Language}; null if absent. Dialects ignore it.
   */
  static DialectResponse write(
      Surface surface, Failure failure, String requestId, @Nullable String language) {
    @Nullable Dialect dialect = errorDialect(surface);
    if (dialect != null) {
      return dialect.writeFailure(failure, requestId);
    }
    boolean chinese =
        LocalizedText.prefersChinese(language) && surface.errors() == Surface.Errors.DETAIL;
    return plain(
        surface,
        failure.kind().status(),
        chinese ? ChineseMessages.translate(failure.message()) : failure.message());
  }

  /** The same for an error of a route of our own, such as a number out of range in the query. */
  static DialectResponse write(
      Surface surface, ApiError error, String requestId, @Nullable String language) {
    @Nullable Dialect dialect = errorDialect(surface);
    if (dialect == null) {
      return plain(surface, error.status(), error.text().in(language));
    }
    Kind kind =
        Arrays.stream(Kind.values())
            .filter(each -> each.status() == error.status())
            .findFirst()
            .orElse(error.status() < 500 ? Kind.INVALID : Kind.INTERNAL);
    return dialect.writeFailure(Failure.of(kind, error.text().en()), requestId);
  }

  /**
   * Adds {@code detail} to the error of a model route below {@code /api}: SDKs read the dialect's
   * form, and AntiHub's frontend reads {@code detail}. Other surfaces get the body unchanged.
   */
  static byte[] withDetail(Surface surface, byte[] body, @Nullable String language) {
    if (surface.errors() == Surface.Errors.DIALECT) {
      return body;
    }
    try {
      if (ApiJson.MAPPER.readTree(body) instanceof ObjectNode error && !error.has("detail")) {
        String message = error.at("/error/message").asText();
        return message.isEmpty()
            ? body
            : ApiJson.write(
                error.put(
                    "detail",
                    LocalizedText.prefersChinese(language)
                        ? ChineseMessages.translate(message)
                        : message));
      }
    } catch (IOException e) {
      // An error of a provider that is not JSON is passed on unchanged.
    }
    return body;
  }

  /**
   * The status of a model route's answer. AntiHub's frontend treats 403 like 401: it refreshes the
   * token and repeats the request without end. So a model route below {@code /api} answers 400.
   */
  static int status(Surface surface, int status) {
    return status == 403 && surface.errors() != Surface.Errors.DIALECT ? 400 : status;
  }

  private static DialectResponse plain(Surface surface, int status, String text) {
    boolean service = surface.errors() == Surface.Errors.PLUGIN_SERVICE;
    return new DialectResponse(
        service && status == 422 ? 400 : status,
        Map.of("content-type", "application/json"),
        ApiJson.write(Map.of(service ? "error" : "detail", text)));
  }
}
