package potluck.gateway.relay;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import potluck.dialect.model.Failure;
import potluck.gateway.account.Secret;

/** Takes an upstream's own credential out of what the upstream says, however it is written. */
final class Scrub {
  private static final int MOST_CHARS = 4000;
  private static final int SHORTEST = 8;

  private Scrub() {}

  static Failure credential(Failure failure, Secret secret) {
    String text = failure.message();
    for (String form : forms(secret)) {
      text = text.replace(form, "***");
    }
    return failure.message(text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS));
  }

  private static List<String> forms(Secret secret) {
    String plain = secret.reveal();
    if (plain.length() < SHORTEST) {
      return List.of();
    }
    byte[] bytes = secret.bytes();
    return List.of(
        plain,
        Base64.getEncoder().withoutPadding().encodeToString(bytes),
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
        URLEncoder.encode(plain, StandardCharsets.UTF_8),
        HexFormat.of().formatHex(bytes));
  }
}
