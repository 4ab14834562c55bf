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
 * A place that serves models: its address, its authentication and the meaning of its errors. It
 * does not translate. Implementations are thread-safe.
 */
public interface Provider {
  String name();

  Dialect dialect();

  /** The default address of accounts; empty if each account must have one. */
  String baseUrl();

  /**
   * Whether an address belongs to the provider itself, so that its token counts can be believed.
   *
   * @param baseUrl the address of an account
   */
  default boolean isOwnAddress(String baseUrl) {
    return !baseUrl().isEmpty() && baseUrl().equals(baseUrl);
  }

  /** What people who add an account see. */
  default ProviderInfo info() {
    return new ProviderInfo(name(), ProviderInfo.Credential.KEY, "", "", "");
  }

  /** Models of an account whose owner names none. */
  List<String> models();

  Target target(Account account, String model);

  /**
   * Builds a request with this account's credential.
   *
   * @param path the path below the base URL
   * @param headers the caller's headers to forward, by lower-case name
   */
  UpstreamRequest request(Account account, String path, Map<String, String> headers, byte[] body);

  /**
   * Builds a request for the list of the models that this account may use; empty if the provider
   * has no such list.
   */
  default Optional<UpstreamRequest> modelListRequest(Account account) {
    return Optional.empty();
  }

  /**
   * Headers that tell the provider about the caller; empty for most providers.
   *
   * @param configType the label of the caller's API key; null if the key has no label
   * @param onlyDedicated whether only the caller's own dedicated accounts may serve
   */
  default Map<String, String> callerHeaders(@Nullable String configType, boolean onlyDedicated) {
    return Map.of();
  }

  /** Decodes a response whose framing differs from the dialect's. */
  default UpstreamResponse decode(UpstreamResponse response) {
    return response;
  }

  /** How accounts get access tokens; empty if they send their credential itself. */
  default Optional<Grant> grant() {
    return Optional.empty();
  }

  /**
   * Judges a response with an error status.
   *
   * @param failure the upstream's error, as its dialect reads it
   */
  Verdict judge(int status, UnaryOperator<@Nullable String> header, Failure failure, Instant now);

  /** Judges a request without a complete response. */
  Verdict judge(UpstreamFailed failed, Standing standing, Instant now);
}
