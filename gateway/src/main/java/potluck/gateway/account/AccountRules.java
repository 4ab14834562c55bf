package potluck.gateway.account;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Validates the fields of an account, however it is added: by hand, from a file or by an import. It
 * returns results instead of messages, so that each caller words its own. Stateless.
 */
public final class AccountRules {
  /** Maximum length of an account's name, in characters. */
  public static final int MAX_NAME_LENGTH = 100;

  private AccountRules() {}

  /**
   * Returns the credential without surrounding blanks. Empty if it is blank or has characters that
   * no HTTP header can carry, except for a JSON document, which is never sent as it is.
   */
  public static Optional<Secret> parseSecret(String text) {
    String stripped = text.strip();
    boolean valid =
        !stripped.isEmpty()
            && (stripped.startsWith("{") || stripped.chars().allMatch(c -> c > ' ' && c < 0x7f));
    return valid ? Optional.of(new Secret(stripped)) : Optional.empty();
  }

  /**
   * Whether the models and the model map name at least one model, and none of them is {@link
   * Account#ANY_MODEL}.
   */
  public static boolean namesModels(List<String> models, Map<String, String> map) {
    boolean empty = models.isEmpty() && map.isEmpty();
    return !empty && !models.contains(Account.ANY_MODEL);
  }

  /**
   * Returns the name without surrounding blanks. Empty if it is blank, longer than {@link
   * #MAX_NAME_LENGTH}, or contains NUL, which PostgreSQL cannot store.
   */
  public static Optional<String> parseName(String text) {
    String stripped = text.strip();
    boolean invalid =
        stripped.isEmpty() || stripped.length() > MAX_NAME_LENGTH || stripped.indexOf(0) >= 0;
    return invalid ? Optional.empty() : Optional.of(stripped);
  }

  /**
   * Returns the address without a trailing slash. Empty if it is not an HTTP or HTTPS URL with a
   * host, or if it has user info, a query or a fragment. It does not check whether the address may
   * be connected to.
   */
  public static Optional<URI> parseAddress(String text) {
    String stripped = text.strip();
    try {
      URI uri =
          URI.create(
              stripped.endsWith("/") ? stripped.substring(0, stripped.length() - 1) : stripped);
      boolean valid =
          ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
              && uri.getHost() != null
              && uri.getUserInfo() == null
              && uri.getQuery() == null
              && uri.getFragment() == null;
      return valid ? Optional.of(uri) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
