package potluck.gateway.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import potluck.bench.SampleAccounts;
import potluck.dialect.model.RateLimit;
import potluck.gateway.identity.User;
import potluck.gateway.key.Caller;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Provider;
import potluck.gateway.route.ModelRoute;
import potluck.gateway.upstream.Timeouts;

/**
 * Time to choose one of many accounts, each with all data that its score depends on. It is in the
 * package of the pool, because the choice is package-private.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChoiceBench {
  private static final ModelRoute ROUTE =
      new ModelRoute("m", List.of(new ModelRoute.Leg("m", null)));

  @Param({"3", "100"})
  public int accounts = 100;

  private final List<Slot> slots = new ArrayList<>();
  private final Affinity affinity = new Affinity(Duration.ofMinutes(5), 1000);
  private final long now = System.currentTimeMillis();
  private final LeaseRequest request =
      new LeaseRequest(ROUTE, caller(), Set.of(), "a conversation", 20_000);

  @Setup
  public void setUp() {
    Duration minute = Duration.ofMinutes(1);
    Provider provider =
        Catalogue.shipped(new Timeouts(minute, minute, minute, minute))
            .find("openai-compatible")
            .orElseThrow();
    for (int i = 0; i < accounts; i++) {
      Slot slot = new Slot(SampleAccounts.account(i, "m"), provider);
      slot.health().recordFirstByte(now - 100, 200 + 13 * i);
      slot.health().recordFailure(now - 5_000);
      slot.setLimits(
          List.of(
              new RateLimit(
                  RateLimit.Kind.TOKENS, 1000, 900 - i, Instant.ofEpochMilli(now + 60_000))),
          now);
      slots.add(slot);
    }
    affinity.record(request, "m", slots.get(accounts / 2).account().id(), now);
  }

  @Benchmark
  public String choose() {
    Choice choice =
        new Choice(
            request,
            ROUTE.legs().getFirst(),
            now,
            affinity.find(request, "m"),
            affinity.cacheLifeMs(),
            1);
    Slot best = choice.best(slots);
    String reason = choice.reason(best);
    best.take();
    best.release();
    return reason;
  }

  private static Caller caller() {
    return new Caller(
        new User(
            1_000_000,
            "u",
            null,
            null,
            1,
            true,
            false,
            0,
            true,
            false,
            false,
            new UUID(0, 1),
            0,
            Instant.EPOCH,
            null),
        null,
        null,
        false);
  }
}
