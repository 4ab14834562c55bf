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
import potluck.gateway.decision.DecisionRecorder;
import potluck.gateway.key.Caller;
import potluck.gateway.meter.CountCheck;
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
 * The life of a request: which models may serve it, which account does, the request to its
 * provider, and the answer back. Start reading the program here. Thread-safe.
 */
public final class Relay {
  /** Retries in ten seconds that are always allowed. */
  private static final int MIN_RETRIES = 100;

  /** The status of the usage row if the caller went away before it got one. */
  private static final int STATUS_CALLER_GONE = 499;

  private final Router router;
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
   * Limits on attempts.
   *
   * @param maxAttempts number of accounts that one request may try before its first byte
   * @param retryPercent percentage of requests that may be retried
   * @param maxAnswerBytes maximum size of an answer that is held until it is complete
   * @param countFactor how far token counts may be from our estimate, as in {@link CountCheck}
   */
  public record Rules(int maxAttempts, int retryPercent, long maxAnswerBytes, int countFactor) {}

  public Relay(
      Router router,
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
    this.router = router;
    this.pool = pool;
    this.journal = journal;
    this.tariff = tariff;
    this.maxCostCheck = new MaxCostCheck(tariff);
    this.quotas = quotas;
    this.attempts =
        new UpstreamAttempt(upstream, credentials, observer, rules.maxAnswerBytes(), clock);
    this.clock = clock;
  }

  /** Serves a request to its end. All failures are written in the caller's dialect. */
  public void serve(Call call, ResponseWriter writer) {
    try (Tracer.RequestSpan span = tracer.begin(call)) {
      serve(call, writer, span);
    }
  }

  private void serve(Call call, ResponseWriter writer, Tracer.RequestSpan span) {
    try {
      Ask ask = skim(call);
      ModelRoute route =
          router.find(
              call.caller(),
              ask.model(),
              call.passthrough() == null ? null : call.dialect().name());
      Intent intent = intent(call, ask);
      try (Hold hold = hold(call, ask, route);
          Meter meter =
              Meter.open(
                  journal,
                  tariff,
                  reading -> settle(call, ask, hold, span, intent, reading),
                  intent,
                  new CountCheck(call.body(), ask.maxTokens(), rules.countFactor()))) {
        observer.opened(intent);
        RelayedCall relayed = new RelayedCall(call, ask, route, hold, writer, meter, span);
        try {
          tryAccounts(relayed);
        } catch (FailureException refused) {
          if (!writer.isCommitted()) {
            meter.failed(refused.failure().kind().status(), refused.failure().message());
            throw refused;
          }
          sendStreamError(relayed, refused.failure());
        } catch (CallerGone gone) {
          meter.failed(STATUS_CALLER_GONE, "the caller went away");
        }
      }
    } catch (FailureException refused) {
      span.refused(refused.failure().kind().status());
      observer.refused(call, refused.failure());
      sendFailure(call, refused.failure(), writer);
    }
  }

  private void settle(
      Call call, Ask ask, Hold hold, Tracer.RequestSpan span, Intent intent, Reading reading) {
    hold.settle(reading);
    span.finished(ask, reading);
    observer.finished(call.dialect().name(), ask.model(), ask.stream(), reading);
    observer.closed(intent, reading);
  }

  private Hold hold(Call call, Ask ask, ModelRoute route) {
    String model = route.legs().getFirst().model();
    Caller caller = call.caller();
    long key = caller.key() == null ? Intent.NO_KEY : caller.key().id();
    return quotas.hold(caller.user().id(), key, model, call.body().length, ask.maxTokens());
  }

  private void tryAccounts(RelayedCall relayed) {
    ResponseWriter writer = relayed.writer();
    Meter meter = relayed.meter();
    Set<AccountId> tried = new HashSet<>();
    @Nullable Failure last = null;
    DecisionRecorder decisions = new DecisionRecorder();
    meter.keepDecisionsOf(decisions);
    retryBudget.recordRequest(clock.instant().getEpochSecond());
    while (true) {
      try (Lease lease = lease(relayed, tried, last, decisions)) {
        Optional<Failure> tooExpensive = exceedsMaxCost(relayed, lease);
        if (tooExpensive.isPresent()) {
          tried.add(lease.account().id());
          last = tooExpensive.get();
          continue;
        }
        Verdict verdict = attempts.run(relayed, lease);
        lease.end(verdict);
        switch (verdict) {
          case Served _ -> {
            quotas.accountServed(lease.account().id(), lease.model());
            return;
          }
          case Gone _ -> {
            meter.failed(STATUS_CALLER_GONE, "the caller went away");
            return;
          }
          case CallerFault fault when writer.isCommitted() -> {
            sendStreamError(relayed, fault.failure());
            return;
          }
          case CallerFault fault -> throw new FailureException(fault.failure());
          // A caller that has only received keep-alives may still get another account's answer.
          case TryAnother another when meter.hasFirstByte() -> {
            sendStreamError(relayed, another.failure());
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

  private Optional<Failure> exceedsMaxCost(RelayedCall relayed, Lease lease) {
    Call call = relayed.call();
    if (call.maxCostMicros() == null) {
      return Optional.empty();
    }
    String model = lease.provider().target(lease.account(), lease.model()).model();
    return maxCostCheck.check(
        call, relayed.ask(), model, lease.model(), lease.account().id().hex(), clock.instant());
  }

  /**
   * Leases the next account. If no account is left, throws the failure of the last one tried, which
   * says more than "no account left".
   */
  private Lease lease(
      RelayedCall relayed,
      Set<AccountId> tried,
      @Nullable Failure last,
      DecisionRecorder decisions) {
    Call call = relayed.call();
    @Nullable Failure exhausted = relayed.hold().exhausted();
    Caller caller = exhausted == null ? call.caller() : call.caller().dedicated();
    LeaseRequest request =
        new LeaseRequest(
            relayed.route(), caller, tried, relayed.ask().affinity(), call.body().length / 4);
    if (last != null
        && (tried.size() >= rules.maxAttempts()
            || !retryBudget.tryRetry(clock.instant().getEpochSecond()))) {
      throw new FailureException(last);
    }
    try {
      return pool.lease(request, decisions);
    } catch (FailureException unavailable) {
      if (last == null) {
        throw exhausted != null
                && unavailable.failure().kind() == Kind.NOT_FOUND
                && canServe(call, relayed.route())
            ? new FailureException(exhausted)
            : unavailable;
      }
      // If all accounts are limited, the caller must know the earliest time one is available.
      boolean limited = last.kind() == Kind.RATE_LIMITED || last.kind() == Kind.QUOTA_EXHAUSTED;
      throw new FailureException(
          limited ? last.retryAfter(unavailable.failure().retryAfter()) : last);
    } finally {
      decisions.keep();
    }
  }

  /** Whether an account could serve if the caller had quota left. */
  private boolean canServe(Call call, ModelRoute route) {
    return route.legs().stream().anyMatch(leg -> pool.canServe(call.caller(), leg.model()));
  }

  private static void sendStreamError(RelayedCall relayed, Failure failure) {
    Call call = relayed.call();
    ResponseWriter writer = relayed.writer();
    relayed.meter().failed(failure.kind().status(), failure.message());
    byte[] event =
        call.dialect().writeStreamError(relayed.ask(), failure, call.requestId().toString());
    try {
      writer.write(event, event.length);
      writer.end();
    } catch (CallerGone gone) {
      // There is nobody to write to.
    }
  }

  private static void sendFailure(Call call, Failure failure, ResponseWriter writer) {
    DialectResponse written = call.dialect().writeFailure(failure, call.requestId().toString());
    Map<String, String> headers = new HashMap<>(written.headers());
    shouldRetry(failure).ifPresent(word -> headers.put("x-should-retry", word));
    try {
      writer.sendComplete(written.status(), headers, written.body(), written.body().length);
    } catch (CallerGone gone) {
      // There is nobody to write to.
    }
  }

  /**
   * The official SDKs of OpenAI and Anthropic follow this header before the status. An exhausted
   * quota or budget does not come back in a moment, whatever the status is.
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
