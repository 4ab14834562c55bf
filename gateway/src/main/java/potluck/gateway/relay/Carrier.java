package potluck.gateway.relay;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Options;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.exchange.Exchange;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Limit;
import potluck.gateway.account.Account;
import potluck.gateway.account.Secret;
import potluck.gateway.key.ApiKey;
import potluck.gateway.meter.Meter;
import potluck.gateway.pool.Lease;
import potluck.gateway.provider.Credentials;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;
import potluck.gateway.quota.Hold;
import potluck.gateway.relay.Reply.CallerGone;
import potluck.gateway.upstream.Answer;
import potluck.gateway.upstream.Dispatch;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;

/**
 * Carries one attempt: the request to one account's provider, and its answer back. It decides
 * nothing: a provider judges, the relay tries again. Safe for use by many threads.
 */
final class Carrier {
  private static final int MOST_ERROR = 64 << 10;
  private static final int MOST_MASKS = 2000;

  private final Upstream upstream;
  private final Credentials credentials;
  private final Observer observer;
  private final long mostAnswer;
  private final InstantSource clock;
  private final Seals seals = new Seals();
  private final Calibration calibration = new Calibration();
  private final Map<Secret, Mask> masks = new ConcurrentHashMap<>();

  /**
   * @param mostAnswer bytes of an answer that is held until it is whole
   */
  Carrier(
      Upstream upstream,
      Credentials credentials,
      Observer observer,
      long mostAnswer,
      InstantSource clock) {
    this.mostAnswer = mostAnswer;
    this.observer = observer;
    this.upstream = upstream;
    this.credentials = credentials;
    this.clock = clock;
  }

  /**
   * @return {@link Verdict.Served} once the caller has the last byte
   * @throws CallerGone where the caller's connection broke while it was written to
   */
  Verdict carry(
      Call call, Ask ask, Lease lease, Hold hold, Reply reply, Meter meter, Tracer.Trail trail) {
    Provider provider = lease.provider();
    Account account;
    try {
      account = credentials.current(lease.account(), provider);
    } catch (NoCredential none) {
      meter.attempt(lease.account(), lease.model(), lease.model(), lease.reason());
      meter.outcome(0, "another");
      return none.verdict();
    }
    Target target = provider.target(account, lease.model());
    EarlyCount early =
        new EarlyCount(
            calibration,
            new Calibration.Key(call.caller().user().id(), ask.model(), ask.affinity()));
    Exchange exchange =
        call.errand() == null
            ? Exchange.between(call.dialect(), ask, target, options(call, early))
            : Errands.exchange(call, ask, target);
    boolean verbatim = target.dialect().name().equals(call.dialect().name());
    Dispatch dispatch =
        provider.dispatch(
            account,
            call.errand() == null
                ? target.dialect().path(target, ask.stream())
                : call.errand().path(),
            headers(call, provider, verbatim),
            exchange.body());
    if (call.counted() && ask.stream() && !verbatim) {
      ask(early, exchange, target, provider, account);
    }
    meter.attempt(account, lease.model(), target.model(), lease.reason());
    Tracer.Step step = trail.attempt(provider.name(), target.model(), dispatch.uri());
    Verdict verdict;
    int status = 0;
    try (Answer answer = provider.received(upstream.send(dispatch.with(step.headers())))) {
      status = answer.status();
      verdict =
          status / 100 == 2
              ? pass(call, exchange, early, answer, account, lease, hold, reply, meter)
              : refused(answer, target, provider, account);
    } catch (UpstreamFailed failed) {
      reply.unready();
      @Nullable Failure recalled = reply.recalled();
      verdict =
          recalled != null
              ? recalled(recalled)
              : reply.gone()
                  ? new Verdict.Gone()
                  : provider.judge(failed, account.standing(), clock.instant());
    } catch (CallerGone gone) {
      over(provider, meter, step, status, new Verdict.Gone());
      throw gone;
    }
    over(provider, meter, step, status, verdict);
    if (!exchange.losses().isEmpty()) {
      observer.lost(call.dialect().name(), target.dialect().name(), exchange.losses().names());
    }
    return verdict;
  }

  private void over(Provider provider, Meter meter, Tracer.Step step, int status, Verdict verdict) {
    String outcome = word(verdict);
    meter.outcome(status, outcome);
    step.ended(status, outcome);
    observer.attempted(provider.name(), outcome);
  }

  private static Map<String, String> headers(Call call, Provider provider, boolean verbatim) {
    @Nullable ApiKey key = call.caller().key();
    Map<String, String> introduction =
        provider.introduction(key == null ? null : key.configType(), call.caller().onlyDedicated());
    if (introduction.isEmpty()) {
      return verbatim ? call.headers() : Map.of();
    }
    Map<String, String> headers = new HashMap<>(introduction);
    if (verbatim) {
      headers.putAll(call.headers());
    }
    return headers;
  }

  /** The counter is asked with the same credential; what it costs nobody is the upstream's say. */
  private void ask(
      EarlyCount early, Exchange exchange, Target target, Provider provider, Account account) {
    @Nullable String path = target.dialect().countPath(target);
    byte @Nullable [] question = target.dialect().question(exchange.body());
    if (path != null && question != null) {
      early.ask(upstream, provider.dispatch(account, path, Map.of(), question));
    }
  }

  /** One for each credential in use; begun anew once there are too many of the past. */
  private Mask mask(Secret secret) {
    if (masks.size() > MOST_MASKS) {
      masks.clear();
    }
    return masks.computeIfAbsent(secret, Mask::of);
  }

  private Options options(Call call, EarlyCount early) {
    return new Options(
        call.strict(),
        Options.DEFAULT.maxTokens(),
        call.whole(),
        seals.of(call.caller().user().id()),
        clock.instant().getEpochSecond(),
        early);
  }

  /** What interrupted the wait for the upstream must not interrupt the last word to the caller. */
  private static Verdict recalled(Failure why) {
    Thread.interrupted();
    return new Verdict.CallerFault(why);
  }

  private Verdict refused(Answer answer, Target target, Provider provider, Account account)
      throws UpstreamFailed {
    byte[] body = answer.readAll(MOST_ERROR);
    Failure failure = target.dialect().readFailure(answer.status(), answer::header, body);
    return provider.judge(
        answer.status(),
        answer::header,
        Scrub.credential(failure, account.secret()),
        clock.instant());
  }

  private Verdict pass(
      Call call,
      Exchange exchange,
      EarlyCount early,
      Answer answer,
      Account account,
      Lease lease,
      Hold hold,
      Reply reply,
      Meter meter)
      throws UpstreamFailed {
    Passage passage = exchange.passage();
    meter.passing(passage);
    if (passage instanceof RawPassage raw) {
      raw.called(answer.header("content-type"));
    }
    Map<String, String> headers = headers(call, exchange);
    if (call.explain()) {
      headers.put("x-potluck-explain", lease.reason());
    }
    Instant now = clock.instant();
    List<Limit> accounts = lease.provider().dialect().readLimits(answer::header, now);
    lease.began(accounts);
    // The caller's own limits go before those of the account that happens to serve.
    List<Limit> limits = hold.limits().isEmpty() ? accounts : hold.limits();
    headers.putAll(call.dialect().writeLimits(limits, now));
    if (passage.contentType().startsWith("text/event-stream")) {
      reply.ready(200, headers);
    }
    Delivery delivery =
        new Delivery(
            answer,
            passage,
            mask(account.secret()).flow(),
            headers,
            early,
            reply,
            meter,
            mostAnswer);
    return delivery.run(
        failure ->
            lease
                .provider()
                .judge(
                    failure.kind().status(),
                    answer::header,
                    Scrub.credential(failure, account.secret()),
                    clock.instant()));
  }

  private static Map<String, String> headers(Call call, Exchange exchange) {
    Map<String, String> headers = new HashMap<>();
    headers.put("content-type", exchange.passage().contentType());
    headers.put("x-request-id", call.requestId().toString());
    if (exchange.passage().contentType().startsWith("text/event-stream")) {
      headers.put("cache-control", "no-cache, no-transform");
      headers.put("x-accel-buffering", "no");
    }
    if (!exchange.losses().isEmpty()) {
      headers.put("x-potluck-lost", exchange.losses().header());
    }
    return headers;
  }

  private static String word(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Served _ -> "served";
      case Verdict.CallerFault _ -> "caller-fault";
      case Verdict.TryAnother _ -> "another";
      case Verdict.Gone _ -> "gone";
    };
  }
}
