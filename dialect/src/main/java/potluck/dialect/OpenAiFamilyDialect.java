package potluck.dialect;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.RateLimit;

/**
 * What OpenAI's two dialects share: error objects, rate-limit headers and the keep-alive comment.
 */
public abstract class OpenAiFamilyDialect implements Dialect {
  @Override
  public final Failure readFailure(
      int status, UnaryOperator<@Nullable String> header, byte[] body) {
    return OpenAiErrorObject.read(status, header, body);
  }

  @Override
  public final List<RateLimit> readRateLimits(UnaryOperator<@Nullable String> header, Instant now) {
    return OpenAiRateLimitHeaders.read(header, now);
  }

  @Override
  public final Map<String, String> writeRateLimits(List<RateLimit> limits, Instant now) {
    return OpenAiRateLimitHeaders.write(limits, now);
  }

  @Override
  public final DialectResponse writeFailure(Failure failure, String requestId) {
    return OpenAiErrorObject.write(failure, requestId);
  }

  /** A comment, because the official clients interpret every event. */
  @Override
  public final byte[] keepAlive() {
    return ": ping\n\n".getBytes(StandardCharsets.US_ASCII);
  }
}
