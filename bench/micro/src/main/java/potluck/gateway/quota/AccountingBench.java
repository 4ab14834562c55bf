package potluck.gateway.quota;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import potluck.bench.SampleAccounts;
import potluck.dialect.Passage;
import potluck.dialect.model.Failure;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.model.UsageReport;
import potluck.gateway.account.Account;
import potluck.gateway.meter.CountCheck;
import potluck.gateway.meter.Intent;
import potluck.gateway.meter.Journal;
import potluck.gateway.meter.Meter;
import potluck.gateway.meter.ModelGroups;
import potluck.gateway.meter.PriceFile;
import potluck.gateway.meter.PriceList;
import potluck.gateway.meter.Tariff;

/**
 * Time that exact accounting adds to a request: limits and quota held, intent journaled, reading
 * priced, settled and journaled, end recorded. Posting to PostgreSQL is asynchronous and not
 * included. Each invocation runs ten thousand requests, because the journal is a real one, on disk,
 * and new for each measurement.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 40, batchSize = AccountingBench.REQUESTS)
@Measurement(iterations = 40, batchSize = AccountingBench.REQUESTS)
@Fork(1)
public class AccountingBench {
  static final int REQUESTS = 10_000;

  private static final String MODEL = "gpt-4.1-mini";
  private static final byte[] REQUEST = 
      "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
          .formatted("word ".repeat(150))
          .getBytes(StandardCharsets.UTF_8);

  private final InstantSource clock = Clock.systemUTC();
  private final Tariff tariff =
      new Tariff(
          new PriceList(PriceFile.shipped()),
          new ModelGroups(ModelGroups.DEFAULT),
          Tariff.Unit.SHARE,
          10_000_000,
          1_000_000);
  private final UserAllowance allowance = new UserAllowance();
  private final Quota quota =
      new Quota(
          MODEL,
          true,
          new Quota.Posted(Long.MAX_VALUE / 8, Long.MAX_VALUE / 8, 400_000, clock.instant(), 0, 0));
  private final Account account = SampleAccounts.account(7, MODEL);
  private final Passage passage = new FinishedPassage();
  private long number;
  private Path folder;
  private Journal journal;

  @Setup(Level.Iteration)
  public void open() throws IOException {
    folder = Files.createTempDirectory("potluck-bench");
    journal = Journal.open(folder);
  }

  @TearDown(Level.Iteration)
  public void close() throws IOException {
    journal.close();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @Benchmark
  public boolean requests() {
    Instant now = clock.instant();
    tariff.groups().of(MODEL);
    TokenUsage tokens = new TokenUsage(200, 0, 0, 1024, 0);
    OptionalLong cost = tariff.cost(tokens, MODEL, MODEL, null, now);
    Estimate estimate = new Estimate(tokens.total(), cost.orElse(0), tariff.charge(tokens, cost));
    try (Hold hold = allowance.hold(1, quota, estimate, checks(), Duration.ZERO, clock, _ -> {});
        Meter meter =
            Meter.open(
                journal,
                tariff,
                hold::settle,
                intent(now),
                new CountCheck(REQUEST, OptionalLong.empty(), 3))) {
      meter.attempt(account, MODEL, MODEL, false, "only account");
      meter.startPassage(passage);
      meter.firstByte();
      meter.complete();
      meter.released();
      return hold.exhausted() == null;
    }
  }

  private static Function<Long, List<AllowanceCheck>> checks() {
    return _ -> {
      UsageLimits limits =
          UsageLimits.parse(
              Map.of("requests_per_minute", 1e11, "tokens_per_minute", 1e11, "usd_per_day", 1e9));
      return limits.budgets().stream()
          .<AllowanceCheck>map(budget -> new BudgetCounter(budget, 0, Instant.now()))
          .toList();
    };
  }

  private Intent intent(Instant now) {
    return new Intent(
        new UUID(++number, 1),
        "a-request-of-the-client",
        7,
        1,
        "/v1/chat/completions",
        "POST",
        MODEL,
        null,
        "cli",
        true,
        now);
  }

  /** An answer that is complete, with the provider's counts. */
  private static final class FinishedPassage implements Passage {
    @Override
    public void accept(byte[] bytes, int offset, int length, ByteArrayOutputStream out) {}

    @Override
    public void end(ByteArrayOutputStream out) {}

    @Override
    public State state() {
      return State.COMPLETE;
    }

    @Override
    public @Nullable Failure failure() {
      return null;
    }

    @Override
    public UsageReport usage() {
      return UsageReport.of(new TokenUsage(180, 20, 0, 300, 0));
    }

    @Override
    public boolean isUsageStale() {
      return false;
    }

    @Override
    public long textBytes() {
      return 1200;
    }

    @Override
    public String contentType() {
      return "text/event-stream";
    }
  }
}
