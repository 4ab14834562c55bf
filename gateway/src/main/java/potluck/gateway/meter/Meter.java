package potluck.gateway.meter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Passage;
import potluck.dialect.model.FailureException;
import potluck.dialect.model.TokenUsage;
import potluck.gateway.account.Account;
import potluck.gateway.decision.Decision;
import potluck.gateway.decision.DecisionRecorder;

/**
 * Counts one request. It journals an intent when it is opened and exactly one reading: {@link
 * #complete}, {@link #failed} or, if neither was called, {@link #close} writes it. Used by one
 * thread.
 */
public final class Meter implements AutoCloseable {
  private final Journal journal;
  private final Tariff tariff;
  private final Consumer<Reading> onReading;
  private final Intent intent;
  private final CountCheck counts;
  private final long startNanos = System.nanoTime();
  private final List<Attempt> attempts = new ArrayList<>(1);
  private @Nullable DecisionRecorder decisions;
  private @Nullable Account account;
  private boolean ownAddress;
  private boolean abandoned;
  private String model = "";
  private String publicModel;
  private String reason = "";
  private @Nullable Passage passage;
  private long attemptNanos;
  private long firstByteMs = -1;
  private boolean written;
  private boolean released;

  Meter(
      Journal journal,
      Tariff tariff,
      Consumer<Reading> onReading,
      Intent intent,
      CountCheck counts) {
    this.journal = journal;
    this.tariff = tariff;
    this.onReading = onReading;
    this.intent = intent;
    this.counts = counts;
    this.publicModel = intent.model();
  }

  /**
   * Opens a meter and journals the intent. From now on the request will have a row.
   *
   * @param onReading receives the reading before the last byte of the answer is sent
   * @param counts decides which token counts are charged
   * @throws FailureException UNAVAILABLE if the journal cannot grow
   */
  public static Meter open(
      Journal journal,
      Tariff tariff,
      Consumer<Reading> onReading,
      Intent intent,
      CountCheck counts) {
    journal.intent(intent);
    return new Meter(journal, tariff, onReading, intent, counts);
  }

  /**
   * Starts an attempt.
   *
   * @param servedModel the public name of the model that serves; differs from the requested one for
   *     an alias or a fallback
   * @param upstreamModel the provider's name of the model
   * @param own whether the account's address is the provider's own
   * @param why the reason for choosing this account
   */
  public void attempt(
      Account leased, String servedModel, String upstreamModel, boolean own, String why) {
    account = leased;
    ownAddress = own;
    publicModel = servedModel;
    model = upstreamModel;
    reason = why;
    passage = null;
    attemptNanos = System.nanoTime();
  }

  /** Sets the recorder whose decision is kept with the reading. */
  public void keepDecisionsOf(DecisionRecorder recorder) {
    decisions = recorder;
  }

  /** Records the outcome of the current attempt. */
  public void outcome(int status, String outcome) {
    if (account != null && !written) {
      attempts.add(
          new Attempt(account.id().hex(), status, millisSince(attemptNanos), outcome, reason));
    }
  }

  /** Records that the caller went away after the request had been sent to the provider. */
  public void abandon() {
    abandoned = true;
  }

  /** Sets the passage that the answer of this attempt goes through. */
  public void startPassage(Passage answer) {
    passage = answer;
  }

  public void firstByte() {
    if (firstByteMs < 0) {
      firstByteMs = millisSince(startNanos);
    }
  }

  /** Whether the first byte of an answer has been sent. */
  public boolean hasFirstByte() {
    return firstByteMs >= 0;
  }

  /** Writes the reading of a complete answer; call it before sending the last bytes. */
  public void complete() {
    outcome(200, "served");
    write(200, true, null);
  }

  /** Records that the last bytes have been sent. */
  public void released() {
    if (!released) {
      released = true;
      journal.released(intent.requestId());
    }
  }

  /** Writes the reading of a request that was refused, broke off or whose caller went away. */
  public void failed(int status, String error) {
    if (!written) {
      write(status, false, error);
    }
    // Also if the caller left while the last bytes were sent, so that the row is not left open.
    released();
  }

  private void write(int status, boolean complete, @Nullable String error) {
    written = true;
    CountCheck.Result counted = count(complete);
    Reading reading =
        new Reading(
            status,
            complete,
            counted.estimated(),
            counted.tokens(),
            counted.disputed(),
            error,
            account == null ? null : account.id().hex(),
            account != null && account.shared(),
            charge(counted.tokens()),
            firstByteMs,
            millisSince(startNanos),
            attempts,
            decisions == null ? Decision.EMPTY : decisions.decision());
    journal.reading(intent.requestId(), reading);
    onReading.accept(reading);
  }

  /**
   * Use of a shared account is charged to the quota; use of a dedicated account is only counted.
   */
  private Charge charge(TokenUsage tokens) {
    if (account == null || tokens.total() == 0) {
      return Charge.NONE;
    }
    OptionalLong cost = tariff.cost(tokens, model, publicModel, account.id().hex(), intent.at());
    return new Charge(
        cost.orElse(Charge.UNKNOWN),
        account.shared() ? tariff.charge(tokens, cost) : 0,
        passage == null ? Charge.UNKNOWN : passage.reportedCost(),
        tariff.groups().of(publicModel));
  }

  /**
   * The tokens to charge for what was relayed. If nothing was, a caller who left pays for the
   * input, and nobody pays for an answer that the upstream did not give.
   */
  private CountCheck.Result count(boolean complete) {
    if (passage != null && (complete || firstByteMs >= 0)) {
      return counts.check(passage, ownAddress, complete);
    }
    return abandoned ? counts.checkInputOnly(passage, ownAddress) : CountCheck.Result.NONE;
  }

  private static long millisSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }

  @Override
  public void close() {
    failed(500, "the request ended without a result");
  }
}
