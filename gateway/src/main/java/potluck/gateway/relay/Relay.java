package potluck.gateway.relay;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.DialectResponse;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.FailureException;
import potluck.gateway.account.AccountId;
import potluck.gateway.key.Caller;
import potluck.gateway.meter.Intent;
import potluck.gateway.meter.Journal;
import potluck.gateway.meter.Meter;
import potluck.gateway.meter.Reading;
import potluck.gateway.meter.Tariff;
import potluck.gateway.pool.Lease;
import potluck.gateway.pool.LeaseRequest;
import potluck.gateway.pool.Pool;
import potluck.gateway.provider.CredentialSource;
import potluck.gateway.provider.Verdict;
import potluck.gateway.provider.Verdict.CallerFault;
import potluck.gateway.provider.Verdict.Gone;
import potluck.gateway.provider.Verdict.Served;
import potluck.gateway.provider.Verdict.TryAnother;
import potluck.gateway.quota.Hold;
import potluck.gateway.quota.Quotas;
import potluck.gateway.relay.ResponseWriter.CallerGone;
import potluck.gateway.route.ModelRoute;
import potluck.gateway.route.Router;
import potluck.gateway.upstream.Upstream;

/**
 * The walk of a request: whose it is, where it may go, which account, there and back. The table of
 * contents of the product. Safe for use by many threads.
 */
public final class Relay {
  /** In ten seconds, however few requests there are. */
  private static final int MIN_RETRIES = 100;

  /** The status that a row shows where the caller had gone before it could be told one. */
  private static final int STATUS_CALLER_GONE = 499;

  private final Router routes;
  private final Pool pool;
  private final Journal journal;
  private final Tariff tariff;
  private final MaxCostCheck maxCostCheck;
  private final Quotas quotas;
  private final UpstreamAttempt attempts;
  private final Observer observer;
  private final Tracer tracer;
  private final Rules rules;
  private final RetryBudget retryBudget;
  private final InstantSource clock;

  /**
   * How often a request is tried.
   *
   * @param maxAttempts accounts that one request may try before its first byte
   * @param retryPercent of requests may be tried again
   * @param maxAnswerBytes bytes of an answer that is held until it is whole
   */
  public record Rules(int maxAttempts, int retryPercent, long maxAnswerBytes) {}

  public Relay(
      Router routes,
      Pool pool,
      Journal journal,
      Tariff tariff,
      Quotas quotas,
      Upstream upstream,
      CredentialSource credentials,
      Observer observer,
      Tracer tracer,
      Rules rules,
      InstantSource clock) {
    this.rules = rules;
    this.observer = observer;
    this.tracer = tracer;
    this.retryBudget = new RetryBudget(rules.retryPercent(), MIN_RETRIES);
    this.routes = routes;
    this.pool = pool;
    this.journal = journal;
    this.tariff = tariff;
    this.maxCostCheck = new MaxCostCheck(tariff);
    this.quotas = quotas;
    this.attempts =
        new UpstreamAttempt(upstream, credentials, observer, rules.maxAnswerBytes(), clock);
    this.clock = clock;
  }

  /** Serves a request to its end; whatever goes wrong is said in the caller's dialect. */
  public void serve(Call call, ResponseWriter reply) {
    try (Tracer.RequestSpan trail = tracer.begin(call)) {
      serve(call, reply, trail);
    }
  }

  private void serve(Call call, ResponseWriter reply, Tracer.RequestSpan trail) {
    try {
      Ask ask = skim(call);
      ModelRoute route =
          routes.find(
              call.caller(),
              ask.model(),
              call.passthrough() == null ? null : call.dialect().name());
      try (Hold hold = hold(call, ask, route);
          Meter meter =
              Meter.open(
                  journal,
                  tariff,
                  reading -> settle(call, ask, hold, trail, reading),
                  intent(call, ask),
                  call.body().length)) {
        try {
          tryAccounts(call, ask, route, hold, reply, meter, trail);
        } catch (FailureException refused) {
          if (!reply.isCommitted()) {
            meter.failed(refused.failure().kind().status(), refused.failure().message());
            throw refused;
          }
          sendStreamError(call, ask, refused.failure(), reply, meter);
        } catch (CallerGone gone) {
          meter.failed(STATUS_CALLER_GONE, "the caller went away");
        }
      }
    } catch (FailureException refused) {
      trail.refused(refused.failure().kind().status());
      sendFailure(call, refused.failure(), reply);
    }
  }

  private void settle(Call call, Ask ask, Hold hold, Tracer.RequestSpan trail, Reading reading) {
    hold.settle(reading);
    trail.finished(ask, reading);
    observer.finished(call.dialect().name(), ask.model(), ask.stream(), reading);
  }

  private Hold hold(Call call, Ask ask, ModelRoute route) {
    String model = route.legs().getFirst().model();
    Caller caller = call.caller();
    long key = caller.key() == null ? Intent.NO_KEY : caller.key().id();
    return quotas.hold(caller.user().id(), key, model, call.body().length, ask.maxTokens());
  }

  private void tryAccounts(
      Call call,
      Ask ask,
      ModelRoute route,
      Hold hold,
      ResponseWriter reply,
      Meter meter,
      Tracer.RequestSpan trail) {
    Set<AccountId> tried = new HashSet<>();
    @Nullable Failure last = null;
    retryBudget.requests(clock.instant().getEpochSecond());
    while (true) {
      try (Lease lease = lease(call, ask, route, hold, tried, last)) {
        Optional<Failure> dear = exceedsMaxCost(call, ask, lease);
        if (dear.isPresent()) {
          tried.add(lease.account().id());
          last = dear.get();
          continue;
        }
        Verdict verdict = attempts.run(call, ask, lease, hold, reply, meter, trail);
        lease.end(verdict);
        switch (verdict) {
          case Served _ -> {
            return;
          }
          case Gone _ -> {
            meter.failed(STATUS_CALLER_GONE, "the caller went away");
            return;
          }
          case CallerFault fault when reply.isCommitted() -> {
            sendStreamError(call, ask, fault.failure(), reply, meter);
            return;
          }
          case CallerFault fault -> throw new FailureException(fault.failure());
          // A caller that has had signs of life only may still be given another account's answer.
          case TryAnother another when meter.hasFirstByte() -> {
            sendStreamError(call, ask, another.failure(), reply, meter);
            return;
          }
          case TryAnother another -> {
            tried.add(lease.account().id());
            last = another.failure();
          }
        }
      }
    }
  }

  private Optional<Failure> exceedsMaxCost(Call call, Ask ask, Lease lease) {
    if (call.maxCostMicros() == null) {
      return Optional.empty();
    }
    String model = lease.provider().target(lease.account(), lease.model()).model();
    return maxCostCheck.check(call, ask, model, lease.account().id().hex(), clock.instant());
  }

  /**
   * The next account; where none is left, what the last one said is worth more than "none left".
   */
  private Lease lease(
      Call call,
      Ask ask,
      ModelRoute route,
      Hold hold,
      Set<AccountId> tried,
      @Nullable Failure last) {
    @Nullable Failure dry = hold.exhausted();
    Caller caller = dry == null ? call.caller() : call.caller().dedicated();
    LeaseRequest want =
        new LeaseRequest(route, caller, tried, ask.affinity(), call.body().length / 4);
    if (last != null
        && (tried.size() >= rules.maxAttempts()
            || !retryBudget.retries(clock.instant().getEpochSecond()))) {
      throw new FailureException(last);
    }
    try {
      return pool.lease(want);
    } catch (FailureException none) {
      if (last == null) {
        throw dry != null && none.failure().kind() == Kind.NOT_FOUND && canServe(call, route)
            ? new FailureException(dry)
            : none;
      }
      // All of them limited: the earliest return of any of them is what the caller must know.
      boolean limited = last.kind() == Kind.RATE_LIMITED || last.kind() == Kind.QUOTA_EXHAUSTED;
      throw new FailureException(limited ? last.retryAfter(none.failure().retryAfter()) : last);
    }
  }

  /** Whether there would be accounts, had the caller any quota left. */
  private boolean canServe(Call call, ModelRoute route) {
    return route.legs().stream().anyMatch(leg -> pool.canServe(call.caller(), leg.model()));
  }

  private static void sendStreamError(
      Call call, Ask ask, Failure failure, ResponseWriter reply, Meter meter) {
    meter.failed(failure.kind().status(), failure.message());
    byte[] event = call.dialect().writeStreamError(ask, failure, call.requestId().toString());
    try {
      reply.write(event, event.length);
      reply.end();
    } catch (CallerGone gone) {
      // Nobody is left to be told.
    }
  }

  private static void sendFailure(Call call, Failure failure, ResponseWriter reply) {
    DialectResponse written = call.dialect().writeFailure(failure, call.requestId().toString());
    Map<String, String> headers = new HashMap<>(written.headers());
    shouldRetry(failure).ifPresent(word -> headers.put("x-should-retry", word));
    try {
      reply.sendComplete(written.status(), headers, written.body(), written.body().length);
    } catch (CallerGone gone) {
      // Nobody is left to be told.
    }
  }

  /**
   * Official SDKs of OpenAI and Anthropic go by this header before they go by the status. A quota
   * or budget that is spent is not there again in a moment, whatever the status is.
   */
  private static Optional<String> shouldRetry(Failure failure) {
    return switch (failure.kind()) {
      case RATE_LIMITED, UNAVAILABLE, OVERLOADED, UPSTREAM, UPSTREAM_TIMEOUT -> Optional.of("true");
      case QUOTA_EXHAUSTED -> Optional.of("false");
      default -> Optional.empty();
    };
  }

  private static Ask skim(Call call) {
    if (call.passthrough() != null) {
      return PassthroughEndpoints.skim(call);
    }
    Ask ask = call.dialect().scan(call.body());
    if (call.model() == null) {
      return ask;
    }
    Ask named = ask.withModel(call.model(), Boolean.TRUE.equals(call.stream()));
    return call.jsonArray() ? named.asJsonArray() : named;
  }

  private Intent intent(Call call, Ask ask) {
    Caller caller = call.caller();
    return new Intent(
        call.requestId(),
        call.clientRequestId(),
        caller.user().id(),
        caller.key() == null ? Intent.NO_KEY : caller.key().id(),
        call.endpoint(),
        call.method(),
        ask.model(),
        call.channel(),
        call.clientApp(),
        ask.stream(),
        clock.instant());
  }
}
