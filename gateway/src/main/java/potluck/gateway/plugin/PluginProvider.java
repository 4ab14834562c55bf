package potluck.gateway.plugin;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.Target;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.gateway.account.Account;
import potluck.gateway.account.Standing;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;
import potluck.gateway.provider.Verdict.CallerFault;
import potluck.gateway.upstream.Timeouts;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamRequest;

/**
 * The Plug-in service as a provider of models, in OpenAI's chat dialect. The service tries its own
 * accounts before it answers, and each user has only one account there. So its answers are never
 * retried elsewhere, and never change the account's standing. Immutable.
 */
public final class PluginProvider implements Provider {
  static final String NAME = "plugin";
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final Dialect dialect = Dialects.find("openai").orElseThrow();
  private final Timeouts timeouts;

  public PluginProvider(Timeouts timeouts) {
    this.timeouts = timeouts;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Dialect dialect() {
    return dialect;
  }

  @Override
  public String baseUrl() {
    return "";
  }

  /** The operator sets the address of the Plug-in API. */
  @Override
  public boolean isOwnAddress(String baseUrl) {
    return true;
  }

  @Override
  public List<String> models() {
    return List.of();
  }

  /** The Plug-in API takes max_tokens, not max_completion_tokens. */
  @Override
  public Target target(Account account, String model) {
    return new Target(dialect, model, Set.of("max-tokens"));
  }

  @Override
  public Map<String, String> callerHeaders(@Nullable String configType, boolean onlyDedicated) {
    Map<String, String> headers = new HashMap<>();
    if (configType != null && configType.matches("[\\x21-\\x7e]{1,100}")) {
      headers.put("x-account-type", configType);
    }
    if (onlyDedicated) {
      headers.put("x-use-only-dedicated", "true");
    }
    return headers;
  }

  @Override
  public UpstreamRequest request(
      Account account, String path, Map<String, String> extra, byte[] body) {
    List<Map.Entry<String, String>> headers = new ArrayList<>(extra.size() + 2);
    headers.add(Map.entry("authorization", "Bearer " + account.secret().reveal()));
    if (!extra.containsKey("content-type")) {
      headers.add(Map.entry("content-type", "application/json"));
    }
    extra.forEach((name, value) -> headers.add(Map.entry(name, value)));
    return new UpstreamRequest(
        "POST", URI.create(account.baseUrl() + path), headers, body, timeouts);
  }

  @Override
  public Verdict judge(
      int status, UnaryOperator<@Nullable String> header, Failure failure, Instant now) {
    return switch (status) {
      case 401, 403 -> new CallerFault(refusedKey(status));
      case 301, 302, 303, 307, 308 ->
          new CallerFault(
              Failure.of(
                  Kind.UPSTREAM,
                  "The Plug-in service redirects, and redirects are not followed; an operator must"
                      + " correct PLUGIN_API_BASE_URL."));
      default -> new CallerFault(failure);
    };
  }

  @Override
  public Verdict judge(UpstreamFailed failed, Standing standing, Instant now) {
    return new CallerFault(unreachable(failed));
  }

  /**
   * The failure for a key that the service rejects. Never 401, which would mean the caller's own
   * credential.
   */
  static Failure refusedKey(int status) {
    return Failure.of(
            Kind.UPSTREAM,
            "The Plug-in service rejects your stored key ("
                + status
                + "). Log in again to get a new key. If that does not help, ask an operator to check"
                + " your user there.")
        .upstreamStatus(status);
  }

  static Failure unreachable(UpstreamFailed failed) {
    return switch (failed.kind()) {
      case FIRST_BYTE_TIMEOUT, IDLE_TIMEOUT, TOTAL_TIMEOUT ->
          Failure.of(Kind.UPSTREAM_TIMEOUT, "The Plug-in service did not answer in time.");
      case TOO_LARGE ->
          Failure.of(Kind.UPSTREAM, "The Plug-in service's answer is larger than allowed.");
      case TRUNCATED -> Failure.of(Kind.UPSTREAM, "The Plug-in service's answer broke off.");
      default ->
          Failure.of(Kind.UNAVAILABLE, "The Plug-in service cannot be reached; try again soon.")
              .retryAfter(RETRY_AFTER);
    };
  }
}
