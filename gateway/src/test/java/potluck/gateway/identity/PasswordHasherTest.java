package potluck.gateway.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import potluck.gateway.account.Secret;

/** Hashes of other programs can be verified, and hashes that would take too long are rejected. */
class PasswordHasherTest {
  private final PasswordHasher hasher =
      new PasswordHasher(new Keyring(new Secret("a-secret-of-the-house-with-enough-bytes")), 10);

  /** From the documentation of Passlib. */
  private static final String PASSLIB =
      "$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M";

  private static final String DJANGO =
      "pbkdf2_sha256$260000$saltysalt$dJ4UAfD4X6pZJsmlTLGqIji9tEuKu0XnaEr33WaV280=";

  private static final String GO = "$2a$10$abcdefghijklmnopqrstuu9oGNsh4bRo/eyZS1gXkYk5eO9iE6zEK";
  private static final String PYTHON =
      "$2b$12$abcdefghijklmnopqrstuuYrY9kqrJtKpRnBNRLgSBkOn0T1JIiha";

  @Test
  void passwordHasherReadsHashesOfPasslibDjangoGoAndPython() {
    reads("password", PASSLIB);
    reads("django-password", DJANGO);
    reads("old-password-1", GO);
    reads("old-password-1", PYTHON);
  }

  private void reads(String password, String hash) {
    assertThat(PasswordHasher.isSupported(hash)).as(hash).isTrue();
    assertThat(matches(password, hash)).as(hash).isTrue();
    assertThat(matches(password + "x", hash)).as(hash).isFalse();
    assertThat(matches("", hash)).as(hash).isFalse();
    assertThat(PasswordHasher.needsRehash(hash)).as(hash).isTrue();
  }

  private boolean matches(String password, String hash) {
    return hasher.matches(password, hash, () -> false);
  }

  /**
   * Measures CPU time with a wide tolerance; without the compensation, the cheapest hash takes a
   * 200th.
   */
  @Test
  void passwordHasherSpendsTheSameTimeOnAnyWrongPassword() {
    cost(null);
    long usual = cost(null);
    String cheap = new String(BCrypt.withDefaults().hash(4, "x".getBytes(UTF_8)), UTF_8);
    for (String hash : List.of(hasher.hash("x"), cheap, GO, PYTHON, PASSLIB)) {
      double ratio = (double) cost(hash) / usual;
      assertThat(ratio > 0.5 && ratio < 2).as(hash + " takes " + ratio + " times as long").isTrue();
    }
  }

  private long cost(@Nullable String hash) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 2; i++) {
      long before = threads.getCurrentThreadCpuTime();
      assertThat(hasher.matches("wrong", hash, () -> false)).isFalse();
      least = Math.min(least, threads.getCurrentThreadCpuTime() - before);
    }
    return least;
  }

  @Test
  void passwordHasherDoesNotSupportHashesThatTakeTooLong() {
    assertThat(PasswordHasher.isSupported(PASSLIB.replace("6400", "9999999"))).isFalse();
    assertThat(PasswordHasher.isSupported(GO.replace("$10$", "$31$"))).isFalse();
    assertThat(PasswordHasher.isSupported("$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$aGFzaA"))
        .isFalse();
    assertThat(PasswordHasher.isSupported("plain")).isFalse();
    assertThat(matches("password", PASSLIB.replace("6400", "9999999"))).isFalse();
  }
}
