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
import potluck.dialect.model.Refused;

/**
 * Hashes passwords: bcrypt 12 over a keyed hash of the exact bytes, so that neither the 72 bytes
 * nor the NUL of bcrypt matter. Hashes that came from elsewhere, bcrypt and {@link Pbkdf2}, are
 * read too. A quarter of a second a hash: a gate keeps a flood of logins from taking the processors
 * away from chat. Safe for use by many threads.
 */
public final class Passwords {
  private static final int COST = 12;
  private static final String OURS = "$gw1$p1";

  /** A foreign hash may not make a login dearer than a few of ours. */
  private static final Pattern BCRYPT =
      Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-4])\\$[./A-Za-z0-9]{53}");

  private static final int MOST_BYTES = 1024;

  /** How long a login may wait for its turn at the hash. */
  private static final long WAIT_MS = 4000;

  private final byte[] pepper;
  private final int mostWaiting;
  private final Semaphore gate =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

  private final LongAdder hashed = new LongAdder();

  /**
   * @param mostWaiting who may wait for a turn at once; known devices may beyond that
   */
  public Passwords(Keyring keyring, int mostWaiting) {
    this.mostWaiting = mostWaiting;
    this.pepper = keyring.derive("password-pepper-v1");
  }

  public String hash(String password) {
    return OURS
        + gated(
            () -> false,
            () ->
                new String(
                    BCrypt.with(BCrypt.Version.VERSION_2B).hash(COST, keyed(password)),
                    StandardCharsets.US_ASCII));
  }

  /**
   * Whether the password is right. Costs the same with a hash, without one and with one that was
   * never ours, so that time tells nobody which names exist.
   *
   * @param known whether this is a device of the user's; asked only where too many wait
   * @throws Refused (LIMITED) where too many logins wait already
   */
  public boolean matches(String password, @Nullable String hash, BooleanSupplier known) {
    if (hash == null || password.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      gated(known, () -> BCrypt.with(BCrypt.Version.VERSION_2B).hash(COST, keyed("nobody")));
      return false;
    }
    if (hash.startsWith(OURS)) {
      return gated(known, () -> verify(keyed(password), hash.substring(OURS.length())));
    }
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    Optional<Pbkdf2> other = Pbkdf2.parse(hash);
    if (other.isPresent()) {
      return gated(known, () -> other.get().matches(bytes));
    }
    return gated(known, () -> verify(bytes, hash))
        && bytes.length <= 72
        && password.indexOf('\0') < 0;
  }

  /** Hashes computed so far: what logins cost. */
  public long hashed() {
    return hashed.sum();
  }

  /** Whether logins can be checked against a hash that was made elsewhere. */
  public static boolean knows(String hash) {
    return BCRYPT.matcher(hash).matches() || Pbkdf2.parse(hash).isPresent();
  }

  /** Whether a hash should be made anew at the next login: it came from elsewhere. */
  public static boolean stale(String hash) {
    return !hash.startsWith(OURS);
  }

  private static boolean verify(byte[] password, String hash) {
    return BCrypt.verifyer(
            BCrypt.Version.VERSION_2B, LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2B))
        .verify(password, hash.getBytes(StandardCharsets.US_ASCII))
        .verified;
  }

  private byte[] keyed(String password) {
    return Base64.getEncoder()
        .encode(Keyring.hmac(pepper, password.getBytes(StandardCharsets.UTF_8)));
  }

  private <T> T gated(BooleanSupplier known, Supplier<T> work) {
    try {
      boolean full = gate.getQueueLength() >= mostWaiting && !known.getAsBoolean();
      if (full || !gate.tryAcquire(WAIT_MS, TimeUnit.MILLISECONDS)) {
        throw new Refused(
            Failure.of(Failure.Kind.LIMITED, "Too many logins at once; try again in a moment.")
                .retryAfter(java.time.Duration.ofSeconds(2)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused(Failure.Kind.UNAVAILABLE, "The server is stopping.");
    }
    hashed.increment();
    try {
      return work.get();
    } finally {
      gate.release();
    }
  }
}
