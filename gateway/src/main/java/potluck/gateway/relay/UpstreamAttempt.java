package potluck.gateway.relay;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.exchange.DialectExchange;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.RateLimit;
import potluck.gateway.account.Account;
import potluck.gateway.account.Secret;
import potluck.gateway.key.ApiKey;
import potluck.gateway.meter.Meter;
import potluck.gateway.pool.Lease;
import potluck.gateway.provider.CredentialSource;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;
import potluck.gateway.quota.Hold;
import potluck.gateway.relay.ResponseWriter.CallerGone;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamRequest;
import potluck.gateway.upstream.UpstreamResponse;

/**
 * Runs one attempt: sends the request to one account's provider and pumps its answer back. It makes
 * no decisions: the provider judges, and the relay retries. Thread-safe.
 */
final class UpstreamAttempt {
  private static final int MAX_ERROR_BYTES = 64 << 10;
  private static final int MAX_MASKS = 2000;

  private final Upstream upstream;
  private final CredentialSource credentials;
  private final Observer observer;
  private final long maxAnswerBytes;
  private final InstantSource clock;
  private final SignatureCaches signatureCaches = new SignatureCaches();
  private final TokenCalibration calibration = new TokenCalibration();
  private final Cache<Secret, CredentialMask> masks =
      Caffeine.newBuilder().maximumSize(MAX_MASKS).build();

  /**
   * @param maxAnswerBytes maximum size of an answer that is held until it is complete
   */
  UpstreamAttempt(
      Upstream upstream,
      CredentialSource credentials,
      Observer observer,
      long maxAnswerBytes,
      InstantSource clock) {
    this.maxAnswerBytes = maxAnswerBytes;
    this.observer = observer;
    this.upstream = upstream;
    this.credentials = credentials;
    this.clock = clock;
  }

  /**
   * @return {@link Verdict.Served} once the caller has the last byte
   * @throws CallerGone if the caller's connection broke during a write
   */
  Verdict run(RelayedCall relayed, Lease lease) {
    Call call = relayed.call();
    Ask ask = relayed.ask();
    Meter meter = relayed.meter();
    ResponseWriter writer = relayed.writer();
    Provider provider = lease.provider();
    Account account;
    try {
      account = credentials.current(lease.account(), provider);
    } catch (NoCredential unavailable) {
      meter.attempt(lease.account(), lease.model(), lease.model(), false, lease.reason());
      meter.outcome(0, "another");
      return unavailable.verdict();
    }
    Target target = provider.target(account, lease.model());
    EarlyTokenCount early =
        new EarlyTokenCount(
            calibration,
            new TokenCalibration.Key(call.caller().user().id(), ask.model(), ask.affinity()));
    DialectExchange exchange =
        call.passthrough() == null
            ? DialectExchange.between(call.dialect(), ask, target, options(call, early))
            : PassthroughEndpoints.exchange(call, ask, target);
    boolean verbatim = target.dialect().name().equals(call.dialect().name());
    UpstreamRequest request =
        provider.request(
            account,
            call.passthrough() == null
                ? target.dialect().path(target, ask.stream())
                : call.passthrough().path(),
            headers(call, provider, verbatim),
            exchange.body());
    if (call.waitForTokenCount() && ask.stream() && !verbatim) {
      askTokenCount(early, exchange, target, provider, account);
    }
    meter.attempt(
        account,
        lease.model(),
        target.model(),
        provider.isOwnAddress(account.baseUrl()),
        lease.reason());
    Tracer.AttemptSpan attemptSpan =
        relayed.span().attempt(provider.name(), target.model(), request.uri());
    Verdict verdict;
    int status = 0;
    try (UpstreamResponse response =
        provider.decode(upstream.send(request.withHeaders(attemptSpan.headers())))) {
      status = response.status();
      verdict =
          status / 100 == 2
              ? pump(relayed, lease, exchange, early, response, account)
              : judgeError(response, target, provider, account);
    } catch (UpstreamFailed failed) {
      writer.stopKeepAlive();
      @Nullable Failure cancelled = writer.cancellation();
      if (cancelled != null) {
        verdict = cancelled(cancelled);
      } else if (writer.isCallerGone()) {
        verdict = gone(failed, meter);
      } else {
        verdict = provider.judge(failed, account.standing(), clock.instant());
      }
    } catch (CallerGone gone) {
      meter.abandon();
      recordOutcome(provider, meter, attemptSpan, status, new Verdict.Gone());
      throw gone;
    }
    recordOutcome(provider, meter, attemptSpan, status, verdict);
    if (!exchange.losses().isEmpty()) {
      observer.lost(call.dialect().name(), target.dialect().name(), exchange.losses().names());
    }
    return verdict;
  }

  private static Verdict gone(UpstreamFailed failed, Meter meter) {
    switch (failed.kind()) {
      case ADDRESS_REFUSED, UNRESOLVED, CONNECT, TLS, CONNECT_TIMEOUT -> {}
      default -> meter.abandon(); // The provider has the request.
    }
    return new Verdict.Gone();
  }

  private void recordOutcome(
      Provider provider, Meter meter, Tracer.AttemptSpan attemptSpan, int status, Verdict verdict) {
    String outcome = outcome(verdict);
    meter.outcome(status, outcome);
    attemptSpan.ended(status, outcome);
    observer.attempted(provider.name(), outcome);
  }

  private static Map<String, String> headers(Call call, Provider provider, boolean verbatim) {
    @Nullable ApiKey key = call.caller().key();
    Map<String, String> callerHeaders =
        provider.callerHeaders(
            key == null ? null : key.configType(), call.caller().onlyDedicated());
    if (callerHeaders.isEmpty()) {
      return verbatim ? call.headers() : Map.of();
    }
    Map<String, String> headers = new HashMap<>(callerHeaders);
    if (verbatim) {
      headers.putAll(call.headers());
    }
    return headers;
  }

  /** Asks the upstream's token counter with the same credential, beside the request itself. */
  private void askTokenCount(
      EarlyTokenCount early,
      DialectExchange exchange,
      Target target,
      Provider provider,
      Account account) {
    @Nullable String path = target.dialect().countPath(target);
    byte @Nullable [] question = target.dialect().countRequest(exchange.body());
    if (path != null && question != null) {
      early.askUpstream(upstream, provider.request(account, path, Map.of(), question));
    }
  }

  /** One mask per credential in use. */
  private CredentialMask mask(Secret secret) {
    return masks.get(secret, CredentialMask::of);
  }

  private TranslationOptions options(Call call, EarlyTokenCount early) {
    return new TranslationOptions(
        call.strict(),
        TranslationOptions.DEFAULT.defaultMaxTokens(),
        call.bufferStream(),
        signatureCaches.forUser(call.caller().user().id()),
        clock.instant().getEpochSecond(),
        early);
  }

  /**
   * Clears the interrupt that ended the wait for the upstream, so that the final message can still
   * be sent.
   */
  private static Verdict cancelled(Failure why) {
    Thread.interrupted();
    return new Verdict.CallerFault(why);
  }

  private Verdict judgeError(
      UpstreamResponse response, Target target, Provider provider, Account account)
      throws UpstreamFailed {
    byte[] body = response.readAll(MAX_ERROR_BYTES);
    Failure failure = target.dialect().readFailure(response.status(), response::header, body);
    return provider.judge(
        response.status(),
        response::header,
        CredentialScrubber.scrub(failure, account.secret()),
        clock.instant());
  }

  private Verdict pump(
      RelayedCall relayed,
      Lease lease,
      DialectExchange exchange,
      EarlyTokenCount early,
      UpstreamResponse response,
      Account account)
      throws UpstreamFailed {
    Call call = relayed.call();
    Hold hold = relayed.hold();
    ResponseWriter writer = relayed.writer();
    Meter meter = relayed.meter();
    Passage passage = exchange.passage();
    meter.startPassage(passage);
    if (passage instanceof RawPassage raw) {
      raw.setContentType(response.header("content-type"));
    }
    Map<String, String> headers = headers(call, exchange);
    if (call.explain()) {
      headers.put("x-potluck-explain", lease.reason());
    }
    Instant now = clock.instant();
    List<RateLimit> accounts = lease.provider().dialect().readRateLimits(response::header, now);
    lease.answerStarted(accounts);
    // The caller's own limits take precedence over those of the account that serves.
    List<RateLimit> limits = hold.limits().isEmpty() ? accounts : hold.limits();
    headers.putAll(call.dialect().writeRateLimits(limits, now));
    if (passage.contentType().startsWith("text/event-stream")) {
      writer.allowKeepAlive(200, headers);
    }
    ResponsePump pump =
        new ResponsePump(
            response,
            passage,
            mask(account.secret()).newStream(),
            headers,
            early,
            writer,
            meter,
            maxAnswerBytes);
    return pump.run(
        failure ->
            lease
                .provider()
                .judge(
                    failure.kind().status(),
                    response::header,
                    CredentialScrubber.scrub(failure, account.secret()),
                    clock.instant()));
  }

  private static Map<String, String> headers(Call call, DialectExchange exchange) {
    Map<String, String> headers = new HashMap<>();
    headers.put("content-type", exchange.passage().contentType());
    headers.put("x-request-id", call.requestId().toString());
    if (exchange.passage().contentType().startsWith("text/event-stream")) {
      headers.put("cache-control", "no-cache, no-transform");
      headers.put("x-accel-buffering", "no");
    }
    if (!exchange.losses().isEmpty()) {
      headers.put("x-potluck-lost", exchange.losses().headerValue());
    }
    return headers;
  }

  private static String outcome(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Served _ -> "served";
      case Verdict.CallerFault _ -> "caller-fault";
      case Verdict.TryAnother _ -> "another";
      case Verdict.Gone _ -> "gone";
    };
  }
}
