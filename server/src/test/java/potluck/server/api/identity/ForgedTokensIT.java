package potluck.server.api.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import potluck.server.testing.TestServer;

/** The server refuses forged access tokens. */
class ForgedTokensIT {
  /** Minimum number of forged tokens. */
  private static final int MIN_TOKENS = 200;

  private static final List<String> GUESSED_SECRETS =
      List.of(
          "secret",
          "changeme",
          "your-secret-key",
          "your-super-secret-jwt-key-change-this-in-production",
          "0123456789abcdef0123456789abcdef",
          "\0\0\0\0\0\0\0\0");

  private final TestServer server = TestServer.shared();

  @Test
  void forgedTokensAreRefused() throws Exception {
    String valid = server.admin();
    assertThat(me(valid)).isEqualTo(200);
    Set<String> corpus = corpus(valid);
    assertThat(corpus).hasSizeGreaterThanOrEqualTo(MIN_TOKENS).doesNotContain(valid);
    for (String forged : corpus) {
      assertThat(me(forged)).as(forged).isEqualTo(401);
    }
    assertThat(me(valid)).isEqualTo(200);
  }

  private static Set<String> corpus(String valid) throws Exception {
    String[] parts = valid.split("\\.");
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
    Set<String> corpus = new LinkedHashSet<>();
    List<String> signatures = new ArrayList<>(List.of("", parts[2], "AAAA", parts[0]));
    for (String header : headers()) {
      for (String signature : signatures) {
        corpus.add(encode(header) + "." + parts[1] + "." + signature);
      }
      for (String guess : GUESSED_SECRETS) {
        corpus.add(signed(encode(header) + "." + parts[1], guess));
      }
    }
    for (String changed : claims(claims)) {
      for (String signature : signatures) {
        corpus.add(parts[0] + "." + encode(changed) + "." + signature);
      }
      for (String guess : GUESSED_SECRETS) {
        corpus.add(signed(parts[0] + "." + encode(changed), guess));
      }
    }
    corpus.add(valid + "=");
    corpus.add(valid + ".");
    corpus.add(valid + "." + parts[2]);
    corpus.add("." + valid);
    corpus.add(parts[0] + "." + parts[1]);
    corpus.add(parts[0] + ".." + parts[2]);
    corpus.add(valid.substring(0, valid.length() - 1));
    corpus.add(valid.substring(1));
    corpus.add(valid.toUpperCase(java.util.Locale.ROOT));
    corpus.add(valid.replace('.', ':'));
    corpus.add(valid + valid);
    corpus.add(parts[0] + "." + parts[1] + "." + "A".repeat(8_000));
    corpus.add(Base64.getEncoder().encodeToString(valid.getBytes(UTF_8)));
    corpus.add("{\"protected\":\"" + parts[0] + "\",\"payload\":\"" + parts[1] + "\"}");
    corpus.remove(valid);
    return corpus;
  }

  private static List<String> headers() {
    List<String> headers = new ArrayList<>();
    for (String alg :
        List.of("none", "None", "NONE", "nOnE", "HS384", "HS512", "RS256", "ES256", "PS256", "")) {
      headers.add("{\"alg\":\"" + alg + "\",\"typ\":\"JWT\"}");
      headers.add("{\"alg\":\"" + alg + "\",\"typ\":\"at+jwt\"}");
    }
    headers.add("{}");
    headers.add("{\"typ\":\"at+jwt\"}");
    headers.add("{\"alg\":\"HS256\",\"typ\":\"rt+jwt\"}");
    headers.add("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"../../../../dev/null\"}");
    headers.add("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"' UNION SELECT 'a\"}");
    headers.add("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"jku\":\"http://127.0.0.1/keys\"}");
    headers.add("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"x5u\":\"http://127.0.0.1/cert\"}");
    headers.add("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"jwk\":{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}}");
    headers.add("{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"crit\":[\"b64\"],\"b64\":false}");
    headers.add("{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"zip\":\"DEF\"}");
    return headers;
  }

  private static List<String> claims(String claims) {
    return List.of(
        claims.replaceAll("\"sub\":\"[0-9]+\"", "\"sub\":\"999999\""),
        claims.replaceAll("\"exp\":[0-9]+", "\"exp\":9999999999"),
        claims.replaceAll("\"exp\":[0-9]+", "\"exp\":1e300"),
        claims.replaceAll(",?\"exp\":[0-9]+", ""),
        claims.replaceAll("\"epoch\":[0-9]+", "\"epoch\":999"),
        claims.replace("\"access\"", "\"refresh\""),
        claims.replace("potluck-api", "other-api"),
        claims.replace("{", "{\"admin\":true,"),
        "{}",
        "null",
        "[]");
  }

  private int me(String token) {
    return server
        .send(
            HttpRequest.newBuilder(URI.create(server.url() + "/api/auth/me"))
                .header("Authorization", "Bearer " + token)
                .build())
        .status();
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static String signed(String body, String secret) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
    return body
        + "."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(body.getBytes(UTF_8)));
  }
}
