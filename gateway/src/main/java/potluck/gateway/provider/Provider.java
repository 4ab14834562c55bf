package potluck.gateway.provider;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.Target;
import potluck.dialect.model.Failure;
import potluck.gateway.account.Account;
import potluck.gateway.account.Standing;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamRequest;
import potluck.gateway.upstream.UpstreamResponse;

/**
 * A place where models live: it knows its address, how to authorise, and what its replies mean. It
 * is not a translator. Implementations are safe for use by many threads.
 */
public interface Provider {
  String name();

  Dialect dialect();

  /** Where accounts of this provider live, unless they say otherwise; empty where they must. */
  String baseUrl();

  /** Models that an account serves where its owner names none. */
  List<String> models();

  Target target(Account account, String model);

  /**
   * A request to this provider with this account's credential.
   *
   * @param path below the base URL
   * @param headers of the caller's that go along, by lower-case name
   */
  UpstreamRequest request(Account account, String path, Map<String, String> headers, byte[] body);

  /**
   * What it wants to know of whoever asks, as headers; most are told nothing.
   *
   * @param configType the label of the caller's API key; null where there was none
   * @param onlyDedicated whether only the caller's own dedicated accounts may serve
   */
  default Map<String, String> callerHeaders(@Nullable String configType, boolean onlyDedicated) {
    return Map.of();
  }

  /** The answer as the dialect knows it, where the provider frames it otherwise. */
  default UpstreamResponse decode(UpstreamResponse answer) {
    return answer;
  }

  /** How accounts get the tokens that they send; empty where they send their credential itself. */
  default Optional<Grant> grant() {
    return Optional.empty();
  }

  /**
   * What an answer with an error status means.
   *
   * @param failure the upstream's words, as its dialect reads them
   */
  Verdict judge(int status, UnaryOperator<@Nullable String> header, Failure failure, Instant now);

  /** What it means that there was no whole answer. */
  Verdict judge(UpstreamFailed failed, Standing standing, Instant now);
}
