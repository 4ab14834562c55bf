package potluck.gateway.identity;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.FailureException;

/**
 * Hashes passwords: bcrypt 12 over a keyed hash of the exact bytes, so that neither the 72 bytes
 * nor the NUL of bcrypt matter. Hashes that came from elsewhere, bcrypt and {@link Pbkdf2}, are
 * read too. A quarter of a second a hash: a gate keeps a flood of logins from taking the processors
 * away from chat. Safe for use by many threads.
 */
public final class PasswordHasher {
  private static final int COST = 12;
  private static final int MIN_COST = 4;
  private static final String OWN_PREFIX = "$gw1$p1";

  /** A foreign hash may not make a login dearer than a few of ours. */
  private static final Pattern BCRYPT =
      Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-4])\\$[./A-Za-z0-9]{53}");

  private static final int MAX_PASSWORD_BYTES = 1024;

  /** How long a login may wait for its turn at the hash. */
  private static final long MAX_WAIT_MS = 4000;

  private final byte[] pepper;
  private final int maxWaiting;
  private final Semaphore gate =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

  private final LongAdder hashCount = new LongAdder();

  /** Nanoseconds that one of our hashes takes, about; 0 before the first. */
  private volatile long averageHashNanos;

  /**
   * @param mostWaiting who may wait for a turn at once; known devices may beyond that
   */
  public PasswordHasher(Keyring keyring, int mostWaiting) {
    this.maxWaiting = mostWaiting;
    this.pepper = keyring.derive("password-pepper-v1");
  }

  public String hash(String password) {
    return OWN_PREFIX
        + withPermit(
            () -> false,
            () ->
                new String(
                    BCrypt.with(BCrypt.Version.VERSION_2B).hash(COST, pepperedBytes(password)),
                    StandardCharsets.US_ASCII));
  }

  /**
   * Whether the password is right. A wrong one costs the same with a hash, without one and with one
   * that was made elsewhere, unless that is dearer than ours: time tells nobody which names exist.
   *
   * @param known whether this is a device of the user's; asked only where too many wait
   * @throws FailureException (LIMITED) where too many logins wait already
   */
  public boolean matches(String password, @Nullable String hash, BooleanSupplier known) {
    if (hash == null || password.getBytes(StandardCharsets.UTF_8).length > MAX_PASSWORD_BYTES) {
      return withPermit(known, () -> timed(() -> !burn(COST)));
    }
    if (hash.startsWith(OWN_PREFIX)) {
      return withPermit(
          known,
          () -> timed(() -> verify(pepperedBytes(password), hash.substring(OWN_PREFIX.length()))));
    }
    return withPermit(known, () -> matchesImported(password, hash));
  }

  private boolean matchesImported(String password, String hash) {
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    Optional<Pbkdf2> other = Pbkdf2.parse(hash);
    if (other.isPresent()) {
      long begun = System.nanoTime();
      boolean right = other.get().matches(bytes);
      if (!right) {
        burnRemaining(System.nanoTime() - begun);
      }
      return right;
    }
    boolean right = verify(bytes, hash) && bytes.length <= 72 && password.indexOf('\0') < 0;
    // Each cost is twice the one before: 2^c + 2^c + 2^(c+1) + … + 2^11 = 2^12.
    for (int cost = cost(hash); !right && cost < COST; cost++) {
      burn(cost);
    }
    return right;
  }

  private static int cost(String hash) {
    return BCRYPT.matcher(hash).matches() ? Integer.parseInt(hash.substring(4, 6)) : MIN_COST;
  }

  /** Takes as long as a hash of this cost, and is good for nothing else. */
  private boolean burn(int cost) {
    return BCrypt.with(BCrypt.Version.VERSION_2B).hash(cost, pepperedBytes("nobody")).length > 0;
  }

  /** What is missing to one of our hashes, by what those take. */
  private void burnRemaining(long spent) {
    if (averageHashNanos == 0) {
      timed(() -> burn(COST));
      return;
    }
    long left = averageHashNanos - spent;
    for (int cost = COST - 1; cost >= MIN_COST; cost--) {
      long takes = averageHashNanos >> (COST - cost);
      if (left >= takes) {
        burn(cost);
        left -= takes;
      }
    }
  }

  private boolean timed(BooleanSupplier work) {
    long begun = System.nanoTime();
    boolean said = work.getAsBoolean();
    long took = System.nanoTime() - begun;
    averageHashNanos =
        averageHashNanos == 0 ? took : averageHashNanos + (took - averageHashNanos) / 8;
    return said;
  }

  /** Hashes computed so far: what logins cost. */
  public long hashCount() {
    return hashCount.sum();
  }

  /** Whether logins can be checked against a hash that was made elsewhere. */
  public static boolean isSupported(String hash) {
    return BCRYPT.matcher(hash).matches() || Pbkdf2.parse(hash).isPresent();
  }

  /** Whether a hash should be made anew at the next login: it came from elsewhere. */
  public static boolean needsRehash(String hash) {
    return !hash.startsWith(OWN_PREFIX);
  }

  private static boolean verify(byte[] password, String hash) {
    return BCrypt.verifyer(
            BCrypt.Version.VERSION_2B, LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2B))
        .verify(password, hash.getBytes(StandardCharsets.US_ASCII))
        .verified;
  }

  private byte[] pepperedBytes(String password) {
    return Base64.getEncoder()
        .encode(Keyring.hmac(pepper, password.getBytes(StandardCharsets.UTF_8)));
  }

  private <T> T withPermit(BooleanSupplier known, Supplier<T> work) {
    try {
      boolean full = gate.getQueueLength() >= maxWaiting && !known.getAsBoolean();
      if (full || !gate.tryAcquire(MAX_WAIT_MS, TimeUnit.MILLISECONDS)) {
        throw new FailureException(
            Failure.of(Failure.Kind.RATE_LIMITED, "Too many logins at once; try again in a moment.")
                .retryAfter(java.time.Duration.ofSeconds(2)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(Failure.Kind.UNAVAILABLE, "The server is stopping.");
    }
    hashCount.increment();
    try {
      return work.get();
    } finally {
      gate.release();
    }
  }
}
