package potluck.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.gateway.crypto.HmacSha256;
import potluck.gateway.crypto.Sha256;

/**
 * Signs requests to AWS with Signature Version 4. Immutable.
 *
 * <p>Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @param session the session token; null without temporary credentials
 */
record AwsSignature(
    String accessKey, Secret secretKey, @Nullable Secret session, String region, String service) {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /**
   * The headers to add to a request.
   *
   * @param signed further headers to sign, by lower-case name
   */
  List<Map.Entry<String, String>> headers(
      String method, URI uri, Map<String, String> signed, byte[] body, Instant now) {
    String time = TIME.format(now);
    String scope = time.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
    TreeMap<String, String> headers = new TreeMap<>(signed);
    headers.put("host", uri.getRawAuthority());
    headers.put("x-amz-date", time);
    if (session != null) {
      headers.put("x-amz-security-token", session.reveal());
    }
    String names = String.join(";", headers.keySet());
    String canonical =
        method
            + "\n"
            + path(uri)
            + "\n"
            + query(uri)
            + "\n"
            + headers.entrySet().stream()
                .map(line -> line.getKey() + ":" + line.getValue().strip().replaceAll(" +", " "))
                .collect(Collectors.joining("\n", "", "\n"))
            + "\n"
            + names
            + "\n"
            + Sha256.hex(body);
    String text =
        ALGORITHM + "\n" + time + "\n" + scope + "\n" + Sha256.hex(canonical.getBytes(UTF_8));
    byte[] key = hmac(("AWS4" + secretKey.reveal()).getBytes(UTF_8), time.substring(0, 8));
    for (String part : List.of(region, service, "aws4_request")) {
      key = hmac(key, part);
    }
    List<Map.Entry<String, String>> lines = new ArrayList<>();
    lines.add(Map.entry("x-amz-date", time));
    if (session != null) {
      lines.add(Map.entry("x-amz-security-token", session.reveal()));
    }
    lines.add(
        Map.entry(
            "authorization",
            ALGORITHM
                + " Credential="
                + accessKey
                + "/"
                + scope
                + ", SignedHeaders="
                + names
                + ", Signature="
                + HexFormat.of().formatHex(hmac(key, text))));
    return lines;
  }

  /** Each path segment is encoded twice, as for all services but S3. */
  private static String path(URI uri) {
    String raw = uri.getRawPath();
    return raw.isEmpty()
        ? "/"
        : Arrays.stream(raw.split("/", -1))
            .map(AwsSignature::encoded)
            .collect(Collectors.joining("/"));
  }

  private static String query(URI uri) {
    String raw = uri.getRawQuery();
    return raw == null
        ? ""
        : Arrays.stream(raw.split("&"))
            .map(pair -> pair.contains("=") ? pair : pair + "=")
            .sorted()
            .collect(Collectors.joining("&"));
  }

  private static String encoded(String segment) {
    StringBuilder out = new StringBuilder();
    for (byte b : segment.getBytes(UTF_8)) {
      char c = (char) (b & 0xff);
      if ((c < 128 && Character.isLetterOrDigit(c)) || "-_.~".indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return out.toString();
  }

  private static byte[] hmac(byte[] key, String text) {
    return new HmacSha256(key).of(text.getBytes(UTF_8));
  }
}
