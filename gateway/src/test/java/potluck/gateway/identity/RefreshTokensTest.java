package potluck.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import potluck.gateway.account.Secret;
import potluck.gateway.identity.RefreshTokens.Rules;
import potluck.gateway.identity.RefreshTokens.Rules.Reuse;
import potluck.kit.ManualClock;

/**
 * When a refresh token may be used again, and how its next pair is kept; the SQL is tested with the
 * server.
 */
class RefreshTokensTest {
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final Rules LENIENT = new Rules(Duration.ofDays(30), GRACE, false);
  private static final Rules STRICT = new Rules(Duration.ofDays(30), GRACE, true);
  private static final Secret OLD = new Secret("an-old-master-secret-of-32-bytes!");
  private static final Secret NEW = new Secret("a-new-master-secret-of-32-bytes!!");

  private final ManualClock clock = new ManualClock();
  private final Instant rotatedAt = clock.instant();

  @Test
  void refreshTokensReissueThePairWithinTheGracePeriod() {
    clock.advance(GRACE.minusMillis(1));
    assertThat(STRICT.judgeReuse(rotatedAt, true, false, clock.instant())).isEqualTo(Reuse.REISSUE);
  }

  @Test
  void refreshTokensReissueThePairUntilItsTokenIsUsed() {
    clock.advance(Duration.ofDays(3));
    assertThat(STRICT.judgeReuse(rotatedAt, false, false, clock.instant()))
        .isEqualTo(Reuse.REISSUE);
  }

  @Test
  void refreshTokensRejectALateReuseOnTheSameDevice() {
    clock.advance(GRACE);
    assertThat(LENIENT.judgeReuse(rotatedAt, true, true, clock.instant())).isEqualTo(Reuse.REJECT);
  }

  @Test
  void refreshTokensEndTheSessionOnALateReuseOnAnotherDevice() {
    clock.advance(GRACE);
    assertThat(LENIENT.judgeReuse(rotatedAt, true, false, clock.instant()))
        .isEqualTo(Reuse.END_SESSION);
  }

  @Test
  void refreshTokensEndTheSessionOnAnyLateReuseIfStrict() {
    clock.advance(GRACE);
    assertThat(STRICT.judgeReuse(rotatedAt, true, true, clock.instant()))
        .isEqualTo(Reuse.END_SESSION);
  }

  @Test
  void tokenPairOpensWithItsParentToken() {
    TokenPairCipher cipher = new TokenPairCipher(new Keyring(OLD));
    byte[] sealed = cipher.seal("parent", "access", "refresh");
    assertThat(cipher.open("parent", sealed))
        .isEqualTo(new TokenPairCipher.OpenedPair("access", "refresh"));
  }

  @Test
  void tokenPairDoesNotOpenWithAnotherToken() {
    TokenPairCipher cipher = new TokenPairCipher(new Keyring(OLD));
    byte[] sealed = cipher.seal("parent", "access", "refresh");
    assertThatThrownBy(() -> cipher.open("stranger", sealed))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void tokenPairOpensAfterARotationOfTheKeys() {
    TokenPairCipher cipher = new TokenPairCipher(new Keyring(OLD));
    byte[] sealed = cipher.seal("parent", "access", "refresh");
    cipher.rotateKeys(new Keyring(List.of(NEW, OLD)));
    assertThat(cipher.open("parent", sealed).refreshToken()).isEqualTo("refresh");
  }
}
