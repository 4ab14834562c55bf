package potluck.gateway.identity;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
 * Hashes and verifies passwords: bcrypt over a keyed hash of the password's bytes, which avoids
 * bcrypt's limit of 72 bytes and its problem with NUL. Imported bcrypt and {@link Pbkdf2} hashes
 * can be verified too. A hash takes about a quarter of a second, so a semaphore limits how many run
 * at once. Thread-safe.
 */
public final class PasswordHasher {
  /** Takes about a quarter of a second. */
  public static final int DEFAULT_COST = 12;

  private static final int MIN_COST = 4;
  private static final String OWN_PREFIX = "$gw1$p1";

  /**
   * Limits the cost of imported hashes, so that a login never takes much longer than with an own
   * hash.
   */
  private static final Pattern BCRYPT =
      Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-4])\\$[./A-Za-z0-9]{53}");

  private static final int MAX_PASSWORD_BYTES = 1024;

  /** How long a login may wait for a permit to hash, in milliseconds. */
  private static final long MAX_WAIT_MS = 4000;

  private final byte[] pepper;
  private final int ownCost;
  private final int maxWaiting;
  private final Semaphore gate =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

  private final LongAdder hashCount = new LongAdder();

  /** Moving average of the time that an own hash takes, in nanoseconds; 0 before the first. */
  private volatile long averageHashNanos;

  /**
   * @param maxWaiting how many logins may wait for a permit; known devices may exceed it
   */
  public PasswordHasher(Keyring keyring, int maxWaiting) {
    this(keyring, maxWaiting, DEFAULT_COST);
  }

  /**
   * @param ownCost bcrypt's cost of new hashes, 10 to 14; each step takes twice as long as the one
   *     before
   */
  public PasswordHasher(Keyring keyring, int maxWaiting, int ownCost) {
    this.maxWaiting = maxWaiting;
    this.ownCost = ownCost;
    this.pepper = keyring.derive("password-pepper-v1");
  }

  public String hash(String password) {
    return OWN_PREFIX
        + withPermit(
            () -> false,
            () ->
                new String(
                    BCrypt.with(BCrypt.Version.VERSION_2B).hash(ownCost, pepperedBytes(password)),
                    StandardCharsets.US_ASCII));
  }

  /**
   * Whether the password is right. A wrong password takes the same time with an own hash, with an
   * imported hash (unless that one is slower) and without a hash, so that the time does not reveal
   * which users exist.
   *
   * @param known whether this is a device the user has used before; only evaluated if too many
   *     logins wait
   * @throws FailureException RATE_LIMITED if too many logins wait
   */
  public boolean matches(String password, @Nullable String hash, BooleanSupplier known) {
    if (hash == null || password.getBytes(StandardCharsets.UTF_8).length > MAX_PASSWORD_BYTES) {
      return withPermit(known, () -> timed(() -> !burn(ownCost)));
    }
    if (hash.startsWith(OWN_PREFIX)) {
      return withPermit(
          known,
          () ->
              timed(
                  () -> matchesOwn(pepperedBytes(password), hash.substring(OWN_PREFIX.length()))));
    }
    return withPermit(known, () -> matchesImported(password, hash));
  }

  private boolean matchesOwn(byte[] peppered, String hash) {
    boolean right = verify(peppered, hash);
    if (!right) {
      burnUpToOwnCost(hash);
    }
    return right;
  }

  /** Each cost takes twice as long as the one before: 2^c + 2^c + 2^(c+1) + … + 2^11 = 2^12. */
  private void burnUpToOwnCost(String hash) {
    for (int cost = cost(hash); cost < ownCost; cost++) {
      burn(cost);
    }
  }

  private boolean matchesImported(String password, String hash) {
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    Optional<Pbkdf2> other = Pbkdf2.parse(hash);
    if (other.isPresent()) {
      long start = System.nanoTime();
      boolean right = other.get().matches(bytes);
      if (!right) {
        burnRemaining(System.nanoTime() - start);
      }
      return right;
    }
    boolean right = verify(bytes, hash) && bytes.length <= 72 && password.indexOf('\0') < 0;
    if (!right) {
      burnUpToOwnCost(hash);
    }
    return right;
  }

  private static int cost(String hash) {
    return BCRYPT.matcher(hash).matches() ? Integer.parseInt(hash.substring(4, 6)) : MIN_COST;
  }

  /** Spends the time that a hash of this cost takes. */
  private boolean burn(int cost) {
    return BCrypt.with(BCrypt.Version.VERSION_2B).hash(cost, pepperedBytes("nobody")).length > 0;
  }

  /** Spends what is left of the average time of an own hash. */
  private void burnRemaining(long spent) {
    if (averageHashNanos == 0) {
      timed(() -> burn(ownCost));
      return;
    }
    long left = averageHashNanos - spent;
    for (int cost = ownCost - 1; cost >= MIN_COST; cost--) {
      long takes = averageHashNanos >> (ownCost - cost);
      if (left >= takes) {
        burn(cost);
        left -= takes;
      }
    }
  }

  private boolean timed(BooleanSupplier work) {
    long start = System.nanoTime();
    boolean result = work.getAsBoolean();
    long took = System.nanoTime() - start;
    averageHashNanos =
        averageHashNanos == 0 ? took : averageHashNanos + (took - averageHashNanos) / 8;
    return result;
  }

  /** Number of hashes computed since the start. */
  public long hashCount() {
    return hashCount.sum();
  }

  /** Whether an imported hash has a supported format and cost. */
  public static boolean isSupported(String hash) {
    return BCRYPT.matcher(hash).matches() || Pbkdf2.parse(hash).isPresent();
  }

  /** Whether the hash should be replaced at the next login, because it was imported. */
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
                .retryAfter(Duration.ofSeconds(2)));
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
