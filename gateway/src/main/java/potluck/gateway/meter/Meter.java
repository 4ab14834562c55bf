package potluck.gateway.meter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Passage;
import potluck.dialect.model.Tokens;
import potluck.gateway.account.Account;

/**
 * Counts one request, from before it is sent to after its last byte. It journals its intent when
 * opened and one reading, whatever happens; {@link #close} writes the reading of a request that
 * ended in no other way. Used by one thread.
 */
public final class Meter implements AutoCloseable {
  /** A rule of thumb where a provider reports nothing: bytes of text a token. */
  private static final int BYTES_PER_TOKEN = 4;

  private final Journal journal;
  private final Intent intent;
  private final int askBytes;
  private final long startNanos = System.nanoTime();
  private final List<Attempt> attempts = new ArrayList<>(1);
  private @Nullable Account account;
  private @Nullable Passage passage;
  private long attemptNanos;
  private long firstByteMs = -1;
  private boolean written;

  Meter(Journal journal, Intent intent, int askBytes) {
    this.journal = journal;
    this.intent = intent;
    this.askBytes = askBytes;
  }

  /**
   * Opens a meter: from now on there will be a row, whatever happens.
   *
   * @param askBytes the size of the request, for an estimate where nothing better is known
   * @throws potluck.dialect.model.Refused where the journal has no room
   */
  public static Meter open(Journal journal, Intent intent, int askBytes) {
    journal.intent(intent);
    return new Meter(journal, intent, askBytes);
  }

  public void attempt(Account lent) {
    account = lent;
    passage = null;
    attemptNanos = System.nanoTime();
  }

  /** Notes what came of the present attempt. */
  public void outcome(int status, String outcome) {
    if (account != null && !written) {
      attempts.add(new Attempt(account.id().hex(), status, millisSince(attemptNanos), outcome));
    }
  }

  /** From now on the answer passes here. */
  public void passing(Passage answer) {
    passage = answer;
  }

  public void firstByte() {
    if (firstByteMs < 0) {
      firstByteMs = millisSince(startNanos);
    }
  }

  /** The answer is whole: to be called before its last bytes leave. */
  public void whole() {
    outcome(200, "served");
    write(200, true, null);
  }

  /** The last bytes have left. */
  public void released() {
    journal.released(intent.requestId());
  }

  /** The request ended otherwise: refused, broken off, or the caller went away. */
  public void failed(int status, String error) {
    if (!written) {
      write(status, false, error);
      journal.released(intent.requestId());
    }
  }

  private void write(int status, boolean whole, @Nullable String error) {
    written = true;
    Tokens tokens = tokens();
    boolean estimated = passage != null && !passage.counted() && tokens.total() > 0;
    journal.reading(
        intent.requestId(),
        new Reading(
            status,
            whole,
            estimated,
            status == 200 || firstByteMs >= 0 ? tokens : Tokens.NONE,
            error,
            account == null ? null : account.id().hex(),
            account != null && account.shared(),
            firstByteMs,
            millisSince(startNanos),
            attempts));
  }

  /** The provider's count, or else ours of what was relayed. Nothing relayed costs nothing. */
  private Tokens tokens() {
    if (passage == null) {
      return Tokens.NONE;
    }
    if (passage.counted()) {
      return passage.tokens();
    }
    if (firstByteMs < 0) {
      return Tokens.NONE;
    }
    Tokens known = passage.tokens();
    return new Tokens(
        Math.max(known.input(), ceil(askBytes)),
        known.cached(),
        known.written(),
        Math.max(known.output(), ceil(passage.textBytes())),
        known.reasoning());
  }

  private static long ceil(long bytes) {
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
