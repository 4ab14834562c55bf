package potluck.gateway.account;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The id of an account: 32 hex digits, because AntiHub's clients know it as {@code cookie_id}.
 *
 * @param hex 32 lower-case hex digits
 */
public record AccountId(String hex) {
  private static final SecureRandom RANDOM = new SecureRandom();

  public static AccountId random() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return new AccountId(HexFormat.of().formatHex(bytes));
  }

  @Override
  public String toString() {
    return hex;
  }
}
