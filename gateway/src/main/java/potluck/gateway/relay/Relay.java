package potluck.gateway.relay;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Written;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.Refused;
import potluck.gateway.account.AccountId;
import potluck.gateway.key.Caller;
import potluck.gateway.meter.Intent;
import potluck.gateway.meter.Journal;
import potluck.gateway.meter.Meter;
import potluck.gateway.meter.Reading;
import potluck.gateway.meter.Tariff;
import potluck.gateway.pool.Lease;
import potluck.gateway.pool.Pool;
import potluck.gateway.pool.Want;
import potluck.gateway.provider.Credentials;
import potluck.gateway.provider.Verdict;
import potluck.gateway.provider.Verdict.CallerFault;
import potluck.gateway.provider.Verdict.Gone;
import potluck.gateway.provider.Verdict.Served;
import potluck.gateway.provider.Verdict.TryAnother;
import potluck.gateway.quota.Hold;
import potluck.gateway.quota.Quotas;
import potluck.gateway.relay.Reply.CallerGone;
import potluck.gateway.route.Route;
import potluck.gateway.route.Routes;
import potluck.gateway.upstream.Upstream;

/**
 * The walk of a request: whose it is, where it may go, which account, there and back. The table of
 * contents of the product. Safe for use by many threads.
 */
public final class Relay {
  /** In ten seconds, however few requests there are. */
  private static final int ALWAYS_RETRIES = 100;

  /** The status that a row shows where the caller had gone before it could be told one. */
  private static final int CALLER_GONE = 499;

  private final Routes routes;
  private final Pool pool;
  private final Journal journal;
  private final Tariff tariff;
  private final Ceiling ceiling;
  private final Quotas quotas;
  private final Carrier carrier;
  private final Observer observer;
  private final Tracer tracer;
  private final Rules rules;
  private final RetryBudget retries;
  private final InstantSource clock;

  /**
   * How often a request is tried.
   *
   * @param mostAttempts accounts that one request may try before its first byte
   * @param retryPercent of requests may be tried again
   * @param mostAnswer bytes of an answer that is held until it is whole
   */
  public record Rules(int mostAttempts, int retryPercent, long mostAnswer) {}

  public Relay(
      Routes routes,
      Pool pool,
      Journal journal,
      Tariff tariff,
      Quotas quotas,
      Upstream upstream,
      Credentials credentials,
      Observer observer,
      Tracer tracer,
      Rules rules,
      InstantSource clock) {
    this.rules = rules;
    this.observer = observer;
    this.tracer = tracer;
    this.retries = new RetryBudget(rules.retryPercent(), ALWAYS_RETRIES);
    this.routes = routes;
    this.pool = pool;
    this.journal = journal;
    this.tariff = tariff;
    this.ceiling = new Ceiling(tariff);
    this.quotas = quotas;
    this.carrier = new Carrier(upstream, credentials, observer, rules.mostAnswer(), clock);
    this.clock = clock;
  }

  /** Serves a request to its end; whatever goes wrong is said in the caller's dialect. */
  public void serve(Call call, Reply reply) {
    try (Tracer.Trail trail = tracer.begin(call)) {
      serve(call, reply, trail);
    }
  }

  private void serve(Call call, Reply reply, Tracer.Trail trail) {
    try {
      Ask ask = skim(call);
      Route route =
          routes.find(
              call.caller(), ask.model(), call.errand() == null ? null : call.dialect().name());
      try (Hold hold = hold(call, ask, route);
          Meter meter =
              Meter.open(
                  journal,
                  tariff,
                  reading -> settle(call, ask, hold, trail, reading),
                  intent(call, ask),
                  call.body().length)) {
        try {
          walk(call, ask, route, hold, reply, meter, trail);
        } catch (Refused refused) {
          if (!reply.committed()) {
            meter.failed(refused.failure().kind().status(), refused.failure().message());
            throw refused;
          }
          breakOff(call, ask, refused.failure(), reply, meter);
        } catch (CallerGone gone) {
          meter.failed(CALLER_GONE, "the caller went away");
        }
      }
    } catch (Refused refused) {
      trail.refused(refused.failure().kind().status());
      refuse(call, refused.failure(), reply);
    }
  }

  private void settle(Call call, Ask ask, Hold hold, Tracer.Trail trail, Reading reading) {
    hold.settle(reading);
    trail.finished(ask, reading);
    observer.finished(call.dialect().name(), ask.model(), ask.stream(), reading);
  }

  private Hold hold(Call call, Ask ask, Route route) {
    String model = route.legs().getFirst().model();
    Caller caller = call.caller();
    long key = caller.key() == null ? Intent.NO_KEY : caller.key().id();
    return quotas.hold(caller.user().id(), key, model, call.body().length, ask.maxTokens());
  }

  private void walk(
      Call call, Ask ask, Route route, Hold hold, Reply reply, Meter meter, Tracer.Trail trail) {
    Set<AccountId> tried = new HashSet<>();
    @Nullable Failure last = null;
    retries.came(clock.instant().getEpochSecond());
    while (true) {
      try (Lease lease = lease(call, ask, route, hold, tried, last)) {
        Optional<Failure> dear = dear(call, ask, lease);
        if (dear.isPresent()) {
          tried.add(lease.account().id());
          last = dear.get();
          continue;
        }
        Verdict verdict = carrier.carry(call, ask, lease, hold, reply, meter, trail);
        lease.end(verdict);
        switch (verdict) {
          case Served _ -> {
            return;
          }
          case Gone _ -> {
            meter.failed(CALLER_GONE, "the caller went away");
            return;
          }
          case CallerFault fault when reply.committed() -> {
            breakOff(call, ask, fault.failure(), reply, meter);
            return;
          }
          case CallerFault fault -> throw new Refused(fault.failure());
          // A caller that has had signs of life only may still be given another account's answer.
          case TryAnother another when meter.begun() -> {
            breakOff(call, ask, another.failure(), reply, meter);
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

  private Optional<Failure> dear(Call call, Ask ask, Lease lease) {
    if (call.maxCost() == null) {
      return Optional.empty();
    }
    String model = lease.provider().target(lease.account(), lease.model()).model();
    return ceiling.exceeded(call, ask, model, lease.account().id().hex(), clock.instant());
  }

  /**
   * The next account; where none is left, what the last one said is worth more than "none left".
   */
  private Lease lease(
      Call call, Ask ask, Route route, Hold hold, Set<AccountId> tried, @Nullable Failure last) {
    @Nullable Failure dry = hold.dry();
    Caller caller = dry == null ? call.caller() : call.caller().dedicated();
    Want want = new Want(route, caller, tried, ask.affinity(), call.body().length / 4);
    if (last != null
        && (tried.size() >= rules.mostAttempts()
            || !retries.again(clock.instant().getEpochSecond()))) {
      throw new Refused(last);
    }
    try {
      return pool.lease(want);
    } catch (Refused none) {
      if (last == null) {
        throw dry != null && none.failure().kind() == Kind.NOT_FOUND && serves(call, route)
            ? new Refused(dry)
            : none;
      }
      // All of them limited: the earliest return of any of them is what the caller must know.
      boolean limited = last.kind() == Kind.LIMITED || last.kind() == Kind.EXHAUSTED;
      throw new Refused(limited ? last.retryAfter(none.failure().retryAfter()) : last);
    }
  }

  /** Whether there would be accounts, had the caller any quota left. */
  private boolean serves(Call call, Route route) {
    return route.legs().stream().anyMatch(leg -> pool.serves(call.caller(), leg.model()));
  }

  private static void breakOff(Call call, Ask ask, Failure failure, Reply reply, Meter meter) {
    meter.failed(failure.kind().status(), failure.message());
    byte[] event = call.dialect().writeBreak(ask, failure, call.requestId().toString());
    try {
      reply.write(event, event.length);
      reply.end();
    } catch (CallerGone gone) {
      // Nobody is left to be told.
    }
  }

  private static void refuse(Call call, Failure failure, Reply reply) {
    Written written = call.dialect().writeFailure(failure, call.requestId().toString());
    Map<String, String> headers = new HashMap<>(written.headers());
    shouldRetry(failure).ifPresent(word -> headers.put("x-should-retry", word));
    try {
      reply.whole(written.status(), headers, written.body(), written.body().length);
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
      case LIMITED, UNAVAILABLE, OVERLOADED, UPSTREAM, UPSTREAM_TIMEOUT -> Optional.of("true");
      case EXHAUSTED -> Optional.of("false");
      default -> Optional.empty();
    };
  }

  private static Ask skim(Call call) {
    if (call.errand() != null) {
      return Errands.skim(call);
    }
    Ask ask = call.dialect().skim(call.body());
    if (call.model() == null) {
      return ask;
    }
    Ask named = ask.at(call.model(), Boolean.TRUE.equals(call.stream()));
    return call.array() ? named.asArray() : named;
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
        call.app(),
        ask.stream(),
        clock.instant());
  }
}
