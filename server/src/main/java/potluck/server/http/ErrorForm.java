package potluck.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.DialectResponse;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;

/** In whose words an error is written: the path says what the caller speaks. */
final class ErrorForm {
  private static final List<String> SERVICE =
      List.of("/api/users", "/api/user/", "/api/accounts", "/api/oauth/", "/api/quotas/");

  private ErrorForm() {}

  /** The dialect of a path; null for {@code /api} and everything else of ours. */
  private static @Nullable Dialect dialect(String path) {
    String name =
        gemini(path)
            ? "gemini"
            : anthropic(path)
                ? "anthropic"
                : path.startsWith("/v1/responses") ? "responses" : "openai";
    return path.startsWith("/v1") || path.startsWith("/cc/")
        ? Dialects.find(name).or(() -> Dialects.find("openai")).orElse(null)
        : null;
  }

  /** Whether Anthropic's clients call a path. */
  static boolean anthropic(String path) {
    return path.startsWith("/v1/messages") || path.startsWith("/cc/");
  }

  /** Gemini's paths are its own version, or end in a verb. */
  static boolean gemini(String path) {
    return path.startsWith("/v1beta") || (path.startsWith("/v1/models/") && path.contains(":"));
  }

  /**
   * @param language what the caller's {@code Accept-Language} says; null where it is absent. It
   *     counts where no dialect has words of its own.
   */
  static DialectResponse write(
      String path, Failure failure, String requestId, @Nullable String language) {
    @Nullable Dialect dialect = dialect(path);
    if (dialect != null) {
      return dialect.writeFailure(failure, requestId);
    }
    boolean chinese =
        LocalizedText.prefersChinese(language) && SERVICE.stream().noneMatch(path::startsWith);
    return plain(
        path,
        failure.kind().status(),
        chinese ? ChineseMessages.translate(failure.message()) : failure.message());
  }

  /** The same of what a route of ours says, such as of a bound in the query. */
  static DialectResponse write(
      String path, ApiError error, String requestId, @Nullable String language) {
    @Nullable Dialect dialect = dialect(path);
    if (dialect == null) {
      return plain(path, error.status(), error.text().in(language));
    }
    Kind kind =
        Arrays.stream(Kind.values())
            .filter(each -> each.status() == error.status())
            .findFirst()
            .orElse(error.status() < 500 ? Kind.INVALID : Kind.INTERNAL);
    return dialect.writeFailure(Failure.of(kind, error.text().en()), requestId);
  }

  /**
   * A dialect's error, below {@code /api} with {@code detail} beside it: routes of models there are
   * called by SDKs, which read the one, and by the origin's frontend, which reads the other.
   */
  static byte[] detailed(String path, byte[] body, @Nullable String language) {
    if (dialect(path) != null) {
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
      // Words of a provider that are no JSON stay as they are.
    }
    return body;
  }

  /**
   * The status of an answer of a model's route. Below {@code /api} a browser takes 403 like 401,
   * refreshes, and asks again and again: what its key may not call makes no sense there.
   */
  static int status(String path, int status) {
    return status == 403 && path.startsWith("/api/") ? 400 : status;
  }

  /** Our own clients read {@code detail}; older backends, whose service we are, {@code error}. */
  static DialectResponse plain(String path, int status, String text) {
    boolean service = SERVICE.stream().anyMatch(path::startsWith);
    return new DialectResponse(
        service && status == 422 ? 400 : status,
        Map.of("content-type", "application/json"),
        ApiJson.write(Map.of(service ? "error" : "detail", text)));
  }
}
