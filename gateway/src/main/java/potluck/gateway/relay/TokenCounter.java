package potluck.gateway.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.Dialect;
import potluck.dialect.Target;
import potluck.dialect.count.TokenEstimator;
import potluck.dialect.model.Ask;
import potluck.dialect.model.FailureException;
import potluck.dialect.model.Losses;
import potluck.gateway.key.Caller;
import potluck.gateway.pool.Lease;
import potluck.gateway.pool.LeaseRequest;
import potluck.gateway.pool.Pool;
import potluck.gateway.provider.CredentialSource;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.route.ModelRoute;
import potluck.gateway.route.Router;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamResponse;

/**
 * Says how many tokens a request has before it is sent: the upstream's own count where an account
 * speaks the caller's dialect and has a counter, else an estimate with a real tokenizer. Safe for
 * use by many threads.
 */
public final class TokenCounter {
  private static final Logger LOG = LoggerFactory.getLogger(TokenCounter.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  static final int MAX_RESPONSE_BYTES = 64 << 10;

  private final Router routes;
  private final Pool pool;
  private final CredentialSource credentials;
  private final Upstream upstream;
  private @Nullable TokenEstimator estimator;

  public TokenCounter(Router routes, Pool pool, Upstream upstream, CredentialSource credentials) {
    this.credentials = credentials;
    this.routes = routes;
    this.pool = pool;
    this.upstream = upstream;
  }

  /**
   * A count.
   *
   * @param exact whether it is the upstream's own
   */
  public record TokenCountResult(long tokens, boolean exact) {}

  /**
   * A request whose tokens are to be counted.
   *
   * @param model where the path names it (Gemini); null where the body does
   * @param headers what goes along to an upstream of the same dialect, by lower-case name
   */
  public record CountRequest(
      Caller caller,
      Dialect dialect,
      @Nullable String model,
      Map<String, String> headers,
      byte[] body) {}

  /**
   * @throws FailureException where the request makes no sense, or its model is not to be had
   */
  public TokenCountResult count(CountRequest question) {
    Ask skimmed = question.dialect().scan(question.body());
    Ask ask = question.model() == null ? skimmed : skimmed.withModel(question.model(), false);
    ModelRoute route = routes.find(question.caller(), ask.model(), null);
    if (route.legs().stream().noneMatch(leg -> pool.canServe(question.caller(), leg.model()))) {
      // To be told why, as a call would be.
      pool.lease(LeaseRequest.of(route, question.caller())).close();
    }
    OptionalLong exact = askUpstream(question, ask);
    return exact.isPresent()
        ? new TokenCountResult(exact.getAsLong(), true)
        : new TokenCountResult(
            estimator().estimate(question.dialect().readPrompt(ask, new Losses())), false);
  }

  /** Made when first needed: its vocabulary takes a moment to load, and a start must not wait. */
  private synchronized TokenEstimator estimator() {
    if (estimator == null) {
      estimator = new TokenEstimator();
    }
    return estimator;
  }

  private OptionalLong askUpstream(CountRequest question, Ask ask) {
    Optional<Lease> lease = lease(question, ask);
    if (lease.isEmpty()) {
      return OptionalLong.empty();
    }
    Target target = lease.get().provider().target(lease.get().account(), lease.get().model());
    @Nullable String path = question.dialect().countPath(target);
    if (path == null) {
      lease.get().close();
      return OptionalLong.empty();
    }
    try (Lease lent = lease.get();
        UpstreamResponse answer =
            upstream.send(
                lent.provider()
                    .request(
                        credentials.current(lent.account(), lent.provider()),
                        path,
                        question.headers(),
                        question.dialect().forward(ask, target)))) {
      return answer.status() == 200
          ? parseCount(answer.readAll(MAX_RESPONSE_BYTES))
          : OptionalLong.empty();
    } catch (UpstreamFailed | NoCredential | IOException e) {
      LOG.debug("the upstream did not count, so it is estimated: {}", e.getMessage());
      return OptionalLong.empty();
    }
  }

  private Optional<Lease> lease(CountRequest question, Ask ask) {
    try {
      return Optional.of(
          pool.lease(
              LeaseRequest.of(
                  routes.find(question.caller(), ask.model(), question.dialect().name()),
                  question.caller())));
    } catch (FailureException none) {
      return Optional.empty();
    }
  }

  /** The number in a counter's answer, in Anthropic's, OpenAI's or Gemini's words. */
  static OptionalLong parseCount(byte[] body) throws IOException {
    @Nullable JsonNode answer = JSON.readTree(body);
    if (answer == null) {
      return OptionalLong.empty();
    }
    JsonNode tokens =
        answer.has("totalTokens") ? answer.get("totalTokens") : answer.path("input_tokens");
    return tokens.isIntegralNumber() && tokens.asLong() >= 0
        ? OptionalLong.of(tokens.asLong())
        : OptionalLong.empty();
  }
}
