package potluck.gateway.provider;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import potluck.gateway.account.Secret;

/**
 * Authenticates requests to AWS Bedrock with an account's credential: {@code
 * ACCESS_KEY:SECRET_KEY}, with {@code :SESSION_TOKEN} if it is temporary, or a Bedrock API key,
 * which is sent as a bearer token. Stateless.
 */
final class AwsCredential {
  private static final String SERVICE = "bedrock";
  private static final Pattern KEYS =
      Pattern.compile("(?<id>A[A-Z0-9]{15,127}):(?<secret>[A-Za-z0-9/+=]{20,})(:(?<session>.+))?");
  private static final Pattern HOST = Pattern.compile("bedrock-runtime\\.([a-z0-9-]+)\\..*");
  private static final String DEFAULT_REGION = "us-east-1";

  private AwsCredential() {}

  static List<Map.Entry<String, String>> headers(
      Secret secret, URI uri, byte[] body, Map<String, String> signed, Instant now) {
    Matcher keys = KEYS.matcher(secret.reveal());
    if (!keys.matches()) {
      return List.of(Map.entry("authorization", "Bearer " + secret.reveal()));
    }
    String session = keys.group("session");
    return new AwsSignature(
            keys.group("id"),
            new Secret(keys.group("secret")),
            session == null ? null : new Secret(session),
            region(uri),
            SERVICE)
        .headers("POST", uri, signed, body, now);
  }

  private static String region(URI uri) {
    Matcher host = HOST.matcher(String.valueOf(uri.getHost()));
    return host.matches() ? host.group(1) : DEFAULT_REGION;
  }
}
