package potluck.gateway.provider;

import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
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
import potluck.gateway.upstream.Timeouts;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamRequest;
import potluck.gateway.upstream.UpstreamResponse;

/**
 * A provider that is described by an entry of the catalogue. Immutable.
 *
 * @param hosts its own host names, for accounts with their own addresses; an asterisk matches
 *     within a label
 * @param auth how the credential is sent
 * @param envelope the envelope in which it takes its dialect
 * @param grant how accounts get access tokens; empty if they have keys
 * @param info what people who add an account see
 * @param quirks deviations from the dialect, by the names that the dialects know
 */
record HttpProvider(
    String name,
    Dialect dialect,
    String baseUrl,
    List<String> hosts,
    Auth auth,
    Quirks quirks,
    Map<String, String> headers,
    List<String> models,
    CloudEnvelope envelope,
    Optional<Grant> grant,
    ProviderInfo info,
    InstantSource clock,
    Timeouts timeouts)
    implements Provider {

  private static final byte[] NO_BODY = new byte[0];

  /** How a credential is sent. */
  enum Auth {
    BEARER,
    X_API_KEY,
    X_GOOG_API_KEY,
    API_KEY,
    /** AWS Signature Version 4, or a Bedrock API key. */
    AWS,
    NONE
  }

  @Override
  public boolean isOwnAddress(String address) {
    if (address.equals(baseUrl)) {
      return !baseUrl.isEmpty();
    }
    if (!address.startsWith("https://")) {
      return false;
    }
    @Nullable String authority = URI.create(address).getRawAuthority();
    return authority != null
        && (baseUrl.equals("https://" + authority)
            || baseUrl.startsWith("https://" + authority + "/")
            || hosts.stream().anyMatch(host -> matches(host, authority)));
  }

  /** An asterisk stands for one label or a part of it, never for a dot. */
  private static boolean matches(String pattern, String host) {
    int star = pattern.indexOf('*');
    if (star < 0) {
      return pattern.equals(host);
    }
    String start = pattern.substring(0, star);
    String end = pattern.substring(star + 1);
    return host.length() > start.length() + end.length()
        && host.startsWith(start)
        && host.endsWith(end)
        && host.indexOf('.', start.length()) >= host.length() - end.length();
  }

  @Override
  public Target target(Account account, String model) {
    String name = account.upstreamModel(model);
    return new Target(dialect, name, quirks.of(name));
  }

  @Override
  public UpstreamRequest request(
      Account account, String plainPath, Map<String, String> plainHeaders, byte[] plainBody) {
    CloudEnvelope.EnvelopeRequest wrapped =
        envelope.wrap(new CloudEnvelope.EnvelopeRequest(plainPath, plainHeaders, plainBody));
    Map<String, String> extra = wrapped.headers();
    byte[] body = wrapped.body();
    URI uri = URI.create(account.baseUrl() + wrapped.path());
    List<Map.Entry<String, String>> lines = new ArrayList<>(4 + headers.size() + extra.size());
    addCredential(lines, account, uri, body);
    if (body.length > 0 && !extra.containsKey("content-type")) {
      lines.add(Map.entry("content-type", "application/json"));
    }
    headers.forEach(
        (header, value) -> {
          if (!extra.containsKey(header)) {
            lines.add(Map.entry(header, value));
          }
        });
    extra.forEach((header, value) -> lines.add(Map.entry(header, value)));
    return new UpstreamRequest("POST", uri, lines, body, timeouts);
  }

  private void addCredential(
      List<Map.Entry<String, String>> lines, Account account, URI uri, byte[] body) {
    switch (auth) {
      case BEARER -> lines.add(Map.entry("authorization", "Bearer " + account.secret().reveal()));
      case X_API_KEY -> lines.add(Map.entry("x-api-key", account.secret().reveal()));
      case X_GOOG_API_KEY -> lines.add(Map.entry("x-goog-api-key", account.secret().reveal()));
      case API_KEY -> lines.add(Map.entry("api-key", account.secret().reveal()));
      case AWS ->
          lines.addAll(
              AwsCredential.headers(account.secret(), uri, body, Map.of(), clock.instant()));
      case NONE -> {}
    }
  }

  /** Clouds list their models at another address, with other credentials. */
  @Override
  public Optional<UpstreamRequest> modelListRequest(Account account) {
    if (!envelope.equals(CloudEnvelope.PLAIN)) {
      return Optional.empty();
    }
    String path =
        switch (dialect.name()) {
          case "anthropic" -> "/v1/models?limit=1000";
          case "gemini" -> "/v1beta/models?pageSize=1000";
          default -> "/models";
        };
    URI uri = URI.create(account.baseUrl() + path);
    List<Map.Entry<String, String>> lines = new ArrayList<>(2 + headers.size());
    addCredential(lines, account, uri, NO_BODY);
    lines.addAll(headers.entrySet());
    return Optional.of(new UpstreamRequest("GET", uri, lines, NO_BODY, timeouts));
  }

  @Override
  public UpstreamResponse decode(UpstreamResponse response) {
    return envelope.unwrap(response);
  }

  @Override
  public Verdict judge(
      int status, UnaryOperator<@Nullable String> header, Failure failure, Instant now) {
    Failure said =
        status == 429 && failure.retryAfter() == null
            ? failure.retryAfter(
                RetryAfterParser.parse(header, dialect.readRateLimits(header, now), now))
            : failure;
    return FailurePolicy.judge(status, said, now);
  }

  @Override
  public Verdict judge(UpstreamFailed failed, Standing standing, Instant now) {
    return FailurePolicy.judge(failed, standing, now);
  }
}
