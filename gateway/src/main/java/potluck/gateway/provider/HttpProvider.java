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
import potluck.gateway.upstream.Answer;
import potluck.gateway.upstream.Bounds;
import potluck.gateway.upstream.Dispatch;
import potluck.gateway.upstream.UpstreamFailed;

/**
 * A provider that differs from others in data only: one entry of the catalogue. Immutable.
 *
 * @param auth how the credential travels
 * @param shape the envelope in which it takes its dialect
 * @param grant how accounts get tokens; empty where they have keys
 * @param quirks oddities, by the names that the dialects know
 */
record HttpProvider(
    String name,
    Dialect dialect,
    String baseUrl,
    Auth auth,
    Quirks quirks,
    Map<String, String> headers,
    List<String> models,
    Shape shape,
    Optional<Grant> grant,
    InstantSource clock,
    Bounds bounds)
    implements Provider {

  /** How a credential travels. */
  enum Auth {
    BEARER,
    X_API_KEY,
    X_GOOG_API_KEY,
    API_KEY,
    /** AWS's signature, or an API key of Bedrock's. */
    AWS,
    NONE
  }

  @Override
  public Target target(Account account, String model) {
    String name = account.upstreamModel(model);
    return new Target(dialect, name, quirks.of(name));
  }

  @Override
  public Dispatch dispatch(
      Account account, String plainPath, Map<String, String> plainHeaders, byte[] plainBody) {
    Shape.Ask ask = shape.ask(new Shape.Ask(plainPath, plainHeaders, plainBody));
    Map<String, String> extra = ask.headers();
    byte[] body = ask.body();
    URI uri = URI.create(account.baseUrl() + ask.path());
    List<Map.Entry<String, String>> lines = new ArrayList<>(4 + headers.size() + extra.size());
    switch (auth) {
      case BEARER -> lines.add(Map.entry("authorization", "Bearer " + account.secret().reveal()));
      case X_API_KEY -> lines.add(Map.entry("x-api-key", account.secret().reveal()));
      case X_GOOG_API_KEY -> lines.add(Map.entry("x-goog-api-key", account.secret().reveal()));
      case API_KEY -> lines.add(Map.entry("api-key", account.secret().reveal()));
      case AWS ->
          lines.addAll(AwsKey.headers(account.secret(), uri, body, Map.of(), clock.instant()));
      case NONE -> {}
    }
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
    return new Dispatch("POST", uri, lines, body, bounds);
  }

  @Override
  public Answer received(Answer answer) {
    return shape.answer(answer);
  }

  @Override
  public Verdict judge(
      int status, UnaryOperator<@Nullable String> header, Failure failure, Instant now) {
    Failure said =
        status == 429 && failure.retryAfter() == null
            ? failure.retryAfter(Wait.said(header, dialect.readLimits(header, now), now))
            : failure;
    return Temper.judge(status, said, now);
  }

  @Override
  public Verdict judge(UpstreamFailed failed, Standing standing, Instant now) {
    return Temper.judge(failed, standing, now);
  }
}
