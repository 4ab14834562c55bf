package potluck.gateway.login;

import org.jspecify.annotations.Nullable;

/**
 * A user's identity at an identity provider. Immutable.
 *
 * @param subject the provider's permanent id of the user; never an e-mail address
 * @param nickname a name to show; it may be taken, empty or contain any characters
 */
public record ExternalIdentity(
    String issuer, String subject, String nickname, @Nullable String avatarUrl) {
  private static final int MAX_AVATAR_URL_LENGTH = 512;

  /** Drops an avatar that is not a plain https address, because the console puts it into pages. */
  public ExternalIdentity {
    if (avatarUrl != null
        && (avatarUrl.length() > MAX_AVATAR_URL_LENGTH
            || !avatarUrl.matches("https://[A-Za-z0-9][A-Za-z0-9.:-]*(/[!#-;=?-~]*)?"))) {
      avatarUrl = null;
    }
  }
}
