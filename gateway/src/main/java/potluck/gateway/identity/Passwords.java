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
  private static final int LEAST_COST = 4;
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

  /** Nanoseconds that one of our hashes takes, about; 0 before the first. */
  private volatile long usual;

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
   * Whether the password is right. A wrong one costs the same with a hash, without one and with one
   * that was made elsewhere, unless that is dearer than ours: time tells nobody which names exist.
   *
   * @param known whether this is a device of the user's; asked only where too many wait
   * @throws Refused (LIMITED) where too many logins wait already
   */
  public boolean matches(String password, @Nullable String hash, BooleanSupplier known) {
    if (hash == null || password.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      return gated(known, () -> timed(() -> !spend(COST)));
    }
    if (hash.startsWith(OURS)) {
      return gated(
          known, () -> timed(() -> verify(keyed(password), hash.substring(OURS.length()))));
    }
    return gated(known, () -> foreign(password, hash));
  }

  private boolean foreign(String password, String hash) {
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    Optional<Pbkdf2> other = Pbkdf2.parse(hash);
    if (other.isPresent()) {
      long begun = System.nanoTime();
      boolean right = other.get().matches(bytes);
      if (!right) {
        spendTheRest(System.nanoTime() - begun);
      }
      return right;
    }
    boolean right = verify(bytes, hash) && bytes.length <= 72 && password.indexOf('\0') < 0;
    // Each cost is twice the one before: 2^c + 2^c + 2^(c+1) + … + 2^11 = 2^12.
    for (int cost = cost(hash); !right && cost < COST; cost++) {
      spend(cost);
    }
    return right;
  }

  private static int cost(String hash) {
    return BCRYPT.matcher(hash).matches() ? Integer.parseInt(hash.substring(4, 6)) : LEAST_COST;
  }

  /** Takes as long as a hash of this cost, and is good for nothing else. */
  private boolean spend(int cost) {
    return BCrypt.with(BCrypt.Version.VERSION_2B).hash(cost, keyed("nobody")).length > 0;
  }

  /** What is missing to one of our hashes, by what those take. */
  private void spendTheRest(long spent) {
    if (usual == 0) {
      timed(() -> spend(COST));
      return;
    }
    long left = usual - spent;
    for (int cost = COST - 1; cost >= LEAST_COST; cost--) {
      long takes = usual >> (COST - cost);
      if (left >= takes) {
        spend(cost);
        left -= takes;
      }
    }
  }

  private boolean timed(BooleanSupplier work) {
    long begun = System.nanoTime();
    boolean said = work.getAsBoolean();
    long took = System.nanoTime() - begun;
    usual = usual == 0 ? took : usual + (took - usual) / 8;
    return said;
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
