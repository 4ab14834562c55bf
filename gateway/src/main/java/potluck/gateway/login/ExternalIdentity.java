package potluck.gateway.login;

import org.jspecify.annotations.Nullable;

/**
 * Who somebody is in another house. Immutable.
 *
 * @param subject the house's own and lasting name for them; never an e-mail address
 * @param nickname for people; may be taken, empty or odd
 */
public record ExternalIdentity(
    String issuer, String subject, String nickname, @Nullable String avatarUrl) {
  private static final int MAX_AVATAR_URL_LENGTH = 512;

  /** An avatar that is no plain https address is left out: it is put into pages. */
  public ExternalIdentity {
    if (avatarUrl != null
        && (avatarUrl.length() > MAX_AVATAR_URL_LENGTH
            || !avatarUrl.matches("https://[A-Za-z0-9][A-Za-z0-9.:-]*(/[!#-;=?-~]*)?"))) {
      avatarUrl = null;
    }
  }
}
