package potluck.gateway.account;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an account must be like, whoever brings it: by hand, in a file, or from another house. Says
 * no words about it: those who ask know to whom they speak. Pure.
 */
public final class AccountRules {
  /** In characters. */
  public static final int MAX_NAME_LENGTH = 100;

  private AccountRules() {}

  /**
   * A credential as it is kept, without blanks around it. Empty where it is blank, or where no
   * header can carry it: it would fail at each request, and as something else. A JSON document is
   * never sent as it is.
   */
  public static Optional<Secret> parseSecret(String text) {
    String kept = text.strip();
    boolean good =
        !kept.isEmpty()
            && (kept.startsWith("{") || kept.chars().allMatch(c -> c > ' ' && c < 0x7f));
    return good ? Optional.of(new Secret(kept)) : Optional.empty();
  }

  /** Whether it is said which models an account serves. */
  public static boolean namesModels(List<String> models, Map<String, String> map) {
    boolean none = models.isEmpty() && map.isEmpty();
    return !none && !models.contains(Account.ANY_MODEL);
  }

  /**
   * A name as it is kept; empty where it is blank, longer than {@link #MAX_NAME_LENGTH}, or has a
   * NUL, which PostgreSQL does not keep.
   */
  public static Optional<String> parseName(String text) {
    String kept = text.strip();
    boolean bad = kept.isEmpty() || kept.length() > MAX_NAME_LENGTH || kept.indexOf(0) >= 0;
    return bad ? Optional.empty() : Optional.of(kept);
  }

  /**
   * An address as it is kept, without a slash at its end. Empty where it is none of HTTP, or has a
   * user, a query or a fragment. Whether anything may be sent there is another question.
   */
  public static Optional<URI> parseAddress(String text) {
    String kept = text.strip();
    try {
      URI uri = URI.create(kept.endsWith("/") ? kept.substring(0, kept.length() - 1) : kept);
      boolean good =
          ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
              && uri.getHost() != null
              && uri.getUserInfo() == null
              && uri.getQuery() == null
              && uri.getFragment() == null;
      return good ? Optional.of(uri) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
