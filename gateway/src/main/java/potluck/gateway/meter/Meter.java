package potluck.gateway.meter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Passage;
import potluck.dialect.model.TokenUsage;
import potluck.gateway.account.Account;

/**
 * Counts one request, from before it is sent to after its last byte. It journals its intent when
 * opened and one reading, whatever happens; {@link #close} writes the reading of a request that
 * ended in no other way. Used by one thread.
 */
public final class Meter implements AutoCloseable {
  /** A rule of thumb where a provider reports nothing: bytes of text a token. */
  private static final int BYTES_PER_TOKEN = 4;

  private static final long MAX_CONTEXT_TOKENS = 1_100_000;
  private static final long MAX_REASONING_TOKENS = 200_000;

  private final Journal journal;
  private final Tariff tariff;
  private final Consumer<Reading> onReading;
  private final Intent intent;
  private final int requestBytes;
  private final long startNanos = System.nanoTime();
  private final List<Attempt> attempts = new ArrayList<>(1);
  private @Nullable Account account;
  private String model = "";
  private String publicModel;
  private String reason = "";
  private @Nullable Passage passage;
  private long attemptNanos;
  private long firstByteMs = -1;
  private boolean written;
  private boolean released;

  Meter(Journal journal, Tariff tariff, Consumer<Reading> settled, Intent intent, int askBytes) {
    this.journal = journal;
    this.tariff = tariff;
    this.onReading = settled;
    this.intent = intent;
    this.requestBytes = askBytes;
    this.publicModel = intent.model();
  }

  /**
   * Opens a meter: from now on there will be a row, whatever happens.
   *
   * @param settled hears of the reading, before the last byte of the answer leaves
   * @param askBytes the size of the request, for an estimate where nothing better is known
   * @throws potluck.dialect.model.FailureException where the journal has no room
   */
  public static Meter open(
      Journal journal, Tariff tariff, Consumer<Reading> settled, Intent intent, int askBytes) {
    journal.intent(intent);
    return new Meter(journal, tariff, settled, intent, askBytes);
  }

  /**
   * An attempt begins.
   *
   * @param servedModel the public name of the model that serves: another than was asked for where
   *     an alias stands for it or another takes its place
   * @param upstreamModel the provider's name of the model
   * @param why this account was chosen
   */
  public void attempt(Account lent, String servedModel, String upstreamModel, String why) {
    account = lent;
    publicModel = servedModel;
    model = upstreamModel;
    reason = why;
    passage = null;
    attemptNanos = System.nanoTime();
  }

  /** Notes what came of the present attempt. */
  public void outcome(int status, String outcome) {
    if (account != null && !written) {
      attempts.add(
          new Attempt(account.id().hex(), status, millisSince(attemptNanos), outcome, reason));
    }
  }

  /** From now on the answer passes here. */
  public void startPassage(Passage answer) {
    passage = answer;
  }

  public void firstByte() {
    if (firstByteMs < 0) {
      firstByteMs = millisSince(startNanos);
    }
  }

  /** Whether anything of an answer has been relayed. */
  public boolean hasFirstByte() {
    return firstByteMs >= 0;
  }

  /** The answer is whole: to be called before its last bytes leave. */
  public void complete() {
    outcome(200, "served");
    write(200, true, null);
  }

  /** The last bytes have left. */
  public void released() {
    if (!released) {
      released = true;
      journal.released(intent.requestId());
    }
  }

  /** The request ended otherwise: refused, broken off, or the caller went away. */
  public void failed(int status, String error) {
    if (!written) {
      write(status, false, error);
    }
    // Also where the caller left while the last bytes were written: the row waits for nothing more.
    released();
  }

  private void write(int status, boolean whole, @Nullable String error) {
    written = true;
    TokenUsage counted = countTokens();
    TokenUsage tokens = status == 200 || firstByteMs >= 0 ? capTokens(counted) : TokenUsage.NONE;
    boolean ours = passage != null && !passage.usageReported() && counted.total() > 0;
    boolean estimated = ours || (tokens.total() > 0 && !tokens.equals(counted));
    Reading reading =
        new Reading(
            status,
            whole,
            estimated,
            tokens,
            error,
            account == null ? null : account.id().hex(),
            account != null && account.shared(),
            charge(tokens),
            firstByteMs,
            millisSince(startNanos),
            attempts);
    journal.reading(intent.requestId(), reading);
    onReading.accept(reading);
  }

  /** A shared account's use is charged to the quota, a dedicated one's is only counted. */
  private Charge charge(TokenUsage tokens) {
    if (account == null || tokens.total() == 0) {
      return Charge.NONE;
    }
    OptionalLong cost = tariff.cost(tokens, model, account.id().hex(), intent.at());
    return new Charge(
        cost.orElse(Charge.UNKNOWN),
        account.shared() ? tariff.charge(tokens, cost) : 0,
        passage == null ? Charge.UNKNOWN : passage.reportedCost(),
        tariff.groups().of(publicModel));
  }

  /**
   * Nobody pays for what cannot have been: no token is shorter than a byte, and beside the bytes
   * there is only what an upstream adds, which is no longer than the longest context there is, and
   * thinking that it does not show.
   */
  private TokenUsage capTokens(TokenUsage counted) {
    long relayed = passage == null ? 0 : passage.textBytes();
    return new TokenUsage(
        Math.min(counted.input(), requestBytes + MAX_CONTEXT_TOKENS),
        counted.cached(),
        counted.cacheWritten(),
        Math.min(counted.output(), relayed + MAX_REASONING_TOKENS),
        counted.reasoning());
  }

  /** The provider's count, or else ours of what was relayed. Nothing relayed costs nothing. */
  private TokenUsage countTokens() {
    if (passage == null) {
      return TokenUsage.NONE;
    }
    if (passage.usageReported()) {
      return passage.tokens();
    }
    if (firstByteMs < 0) {
      return TokenUsage.NONE;
    }
    TokenUsage known = passage.tokens();
    return new TokenUsage(
        Math.max(known.input(), estimateTokens(requestBytes)),
        known.cached(),
        known.cacheWritten(),
        Math.max(known.output(), estimateTokens(passage.textBytes())),
        known.reasoning());
  }

  private static long estimateTokens(long bytes) {
    return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
  }

  private static long millisSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }

  @Override
  public void close() {
    failed(500, "the request ended without a reading");
  }
}
