package potluck.server.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests as the fake OAuth 2 providers read them: forms and PKCE (RFC 7636). It uses none of the
 * code under test.
 */
public final class OAuthForm {
  private OAuthForm() {}

  /** The decoded fields of a form or a query string. */
  public static Map<String, String> parse(String text) {
    Map<String, String> form = new HashMap<>();
    for (String pair : text.split("&")) {
      String[] halves = pair.split("=", 2);
      form.put(halves[0], URLDecoder.decode(halves.length < 2 ? "" : halves[1], UTF_8));
    }
    return form;
  }

  /** The S256 code challenge of a PKCE code verifier. */
  public static String codeChallenge(String verifier) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether both values are present and equal. */
  public static boolean same(@Nullable String one, @Nullable String other) {
    return one != null && one.equals(other);
  }
}
