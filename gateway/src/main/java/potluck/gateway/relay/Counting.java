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
import potluck.dialect.count.TokenCount;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Refused;
import potluck.gateway.key.Caller;
import potluck.gateway.pool.Lease;
import potluck.gateway.pool.Pool;
import potluck.gateway.pool.Want;
import potluck.gateway.provider.Credentials;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.route.Route;
import potluck.gateway.route.Routes;
import potluck.gateway.upstream.Answer;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;

/**
 * Says how many tokens a request has before it is sent: the upstream's own count where an account
 * speaks the caller's dialect and has a counter, else an estimate with a real tokenizer. Safe for
 * use by many threads.
 */
public final class Counting {
  private static final Logger LOG = LoggerFactory.getLogger(Counting.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  static final int MOST_ANSWER = 64 << 10;

  private final Routes routes;
  private final Pool pool;
  private final Credentials credentials;
  private final Upstream upstream;
  private @Nullable TokenCount estimate;

  public Counting(Routes routes, Pool pool, Upstream upstream, Credentials credentials) {
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
  public record Counted(long tokens, boolean exact) {}

  /**
   * A request whose tokens are to be counted.
   *
   * @param model where the path names it (Gemini); null where the body does
   * @param headers what goes along to an upstream of the same dialect, by lower-case name
   */
  public record Question(
      Caller caller,
      Dialect dialect,
      @Nullable String model,
      Map<String, String> headers,
      byte[] body) {}

  /**
   * @throws Refused where the request makes no sense, or its model is not to be had
   */
  public Counted count(Question question) {
    Ask skimmed = question.dialect().skim(question.body());
    Ask ask = question.model() == null ? skimmed : skimmed.at(question.model(), false);
    Route route = routes.find(question.caller(), ask.model(), null);
    if (route.legs().stream().noneMatch(leg -> pool.serves(question.caller(), leg.model()))) {
      // To be told why, as a call would be.
      pool.lease(Want.of(route, question.caller())).close();
    }
    OptionalLong exact = ask(question, ask);
    return exact.isPresent()
        ? new Counted(exact.getAsLong(), true)
        : new Counted(estimate().of(question.dialect().read(ask, new Losses())), false);
  }

  /** Made when first needed: its vocabulary takes a moment to load, and a start must not wait. */
  private synchronized TokenCount estimate() {
    if (estimate == null) {
      estimate = new TokenCount();
    }
    return estimate;
  }

  private OptionalLong ask(Question question, Ask ask) {
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
        Answer answer =
            upstream.send(
                lent.provider()
                    .dispatch(
                        credentials.current(lent.account(), lent.provider()),
                        path,
                        question.headers(),
                        question.dialect().forward(ask, target)))) {
      return answer.status() == 200 ? number(answer.readAll(MOST_ANSWER)) : OptionalLong.empty();
    } catch (UpstreamFailed | NoCredential | IOException e) {
      LOG.debug("the upstream did not count, so it is estimated: {}", e.getMessage());
      return OptionalLong.empty();
    }
  }

  private Optional<Lease> lease(Question question, Ask ask) {
    try {
      return Optional.of(
          pool.lease(
              Want.of(
                  routes.find(question.caller(), ask.model(), question.dialect().name()),
                  question.caller())));
    } catch (Refused none) {
      return Optional.empty();
    }
  }

  /** The number in a counter's answer, in Anthropic's, OpenAI's or Gemini's words. */
  static OptionalLong number(byte[] body) throws IOException {
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
