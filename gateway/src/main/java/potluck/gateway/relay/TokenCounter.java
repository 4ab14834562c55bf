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
 * Counts the tokens of a request before it is sent: with the upstream's counter if an account
 * speaks the caller's dialect and has one, else with a local tokenizer. Thread-safe.
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
   * The result of a count.
   *
   * @param exact whether the upstream counted
   */
  public record TokenCountResult(long tokens, boolean exact) {}

  /**
   * A request whose tokens are to be counted.
   *
   * @param model the model if the path names it (Gemini); null if the body does
   * @param headers headers to forward to an upstream of the same dialect, by lower-case name
   */
  public record CountRequest(
      Caller caller,
      Dialect dialect,
      @Nullable String model,
      Map<String, String> headers,
      byte[] body) {}

  /**
   * @throws FailureException if the request is invalid, or no account serves its model
   */
  public TokenCountResult count(CountRequest request) {
    Ask scanned = request.dialect().scan(request.body());
    Ask ask = request.model() == null ? scanned : scanned.withModel(request.model(), false);
    ModelRoute route = routes.find(request.caller(), ask.model(), null);
    if (route.legs().stream().noneMatch(leg -> pool.canServe(request.caller(), leg.model()))) {
      // Fails with the same reason as a call would.
      pool.lease(LeaseRequest.of(route, request.caller())).close();
    }
    OptionalLong exact = askUpstream(request, ask);
    return exact.isPresent()
        ? new TokenCountResult(exact.getAsLong(), true)
        : new TokenCountResult(
            estimator().estimate(request.dialect().readPrompt(ask, new Losses())), false);
  }

  /**
   * Created on first use, because loading its vocabulary takes long and must not delay the start.
   */
  private synchronized TokenEstimator estimator() {
    if (estimator == null) {
      estimator = new TokenEstimator();
    }
    return estimator;
  }

  private OptionalLong askUpstream(CountRequest request, Ask ask) {
    Optional<Lease> lease = lease(request, ask);
    if (lease.isEmpty()) {
      return OptionalLong.empty();
    }
    Target target = lease.get().provider().target(lease.get().account(), lease.get().model());
    @Nullable String path = request.dialect().countPath(target);
    if (path == null) {
      lease.get().close();
      return OptionalLong.empty();
    }
    try (Lease leased = lease.get();
        UpstreamResponse response =
            upstream.send(
                leased
                    .provider()
                    .request(
                        credentials.current(leased.account(), leased.provider()),
                        path,
                        request.headers(),
                        request.dialect().forward(ask, target)))) {
      return response.status() == 200
          ? parseCount(response.readAll(MAX_RESPONSE_BYTES))
          : OptionalLong.empty();
    } catch (UpstreamFailed | NoCredential | IOException e) {
      LOG.debug("the upstream did not count the tokens, so they are estimated: {}", e.getMessage());
      return OptionalLong.empty();
    }
  }

  private Optional<Lease> lease(CountRequest request, Ask ask) {
    try {
      return Optional.of(
          pool.lease(
              LeaseRequest.of(
                  routes.find(request.caller(), ask.model(), request.dialect().name()),
                  request.caller())));
    } catch (FailureException unavailable) {
      return Optional.empty();
    }
  }

  /** The count in the response of Anthropic's, OpenAI's or Gemini's counter. */
  static OptionalLong parseCount(byte[] body) throws IOException {
    @Nullable JsonNode response = JSON.readTree(body);
    if (response == null) {
      return OptionalLong.empty();
    }
    JsonNode tokens =
        response.has("totalTokens") ? response.get("totalTokens") : response.path("input_tokens");
    return tokens.isIntegralNumber() && tokens.asLong() >= 0
        ? OptionalLong.of(tokens.asLong())
        : OptionalLong.empty();
  }
}
