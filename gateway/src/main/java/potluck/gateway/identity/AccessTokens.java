package potluck.gateway.identity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes and checks access tokens: JWTs with HS256. We are both ends of them, so the header is
 * compared as bytes and nothing in it is ever obeyed (RFC 8725). The form is fixed by the contract:
 * each claim there, once, of its exact type. Safe for use by many threads.
 */
public final class AccessTokens {
  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final String ISSUER = "potluck";
  private static final String AUDIENCE = "potluck-api";
  private static final int MOST_CHARS = 4096;
  private static final long LEEWAY_SECONDS = 30;

  private final byte[] key;
  private final String header;
  private final Duration life;
  private final InstantSource clock;

  public AccessTokens(Keyring keyring, Duration life, InstantSource clock) {
    this.key = keyring.derive("jwt-access-v1");
    String kid =
        HexFormat.of().formatHex(Keyring.hmac(key, "kid".getBytes(StandardCharsets.UTF_8)), 0, 4);
    this.header =
        encode(
            ("{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"}")
                .getBytes(StandardCharsets.UTF_8));
    this.life = life;
    this.clock = clock;
  }

  /**
   * What a good token says.
   *
   * @param epoch the user's epoch when it was made; an older one than the user's now is dead
   */
  public record Claims(long user, UUID session, long epoch, String id, Instant expires) {}

  /** How long a token lives. */
  public Duration life() {
    return life;
  }

  public String mint(User user, UUID session) {
    long now = clock.instant().getEpochSecond();
    ObjectNode claims = JSON.createObjectNode();
    claims.put("iss", ISSUER);
    claims.put("aud", AUDIENCE);
    claims.put("sub", Long.toString(user.id()));
    claims.put("username", user.username());
    claims.put("sid", session.toString());
    claims.put("epoch", user.epoch());
    claims.put("jti", UUID.randomUUID().toString());
    claims.put("iat", now);
    claims.put("nbf", now);
    claims.put("exp", now + life.toSeconds());
    claims.put("type", "access");
    String body = header + "." + encode(claims.toString().getBytes(StandardCharsets.UTF_8));
    return body + "." + encode(sign(body));
  }

  /** Empty where the token is wrong in any way; which way is nobody's business. */
  public Optional<Claims> check(String token) {
    int dot = token.lastIndexOf('.');
    if (token.length() > MOST_CHARS
        || dot <= header.length()
        || !token.startsWith(header)
        || token.charAt(header.length()) != '.') {
      return Optional.empty();
    }
    String expected = encode(sign(token.substring(0, dot)));
    if (!MessageDigest.isEqual(ascii(expected), ascii(token.substring(dot + 1)))) {
      return Optional.empty();
    }
    try {
      byte[] payload = Base64.getUrlDecoder().decode(token.substring(header.length() + 1, dot));
      return claims(JSON.readTree(payload));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<Claims> claims(JsonNode claims) {
    long now = clock.instant().getEpochSecond();
    long issued = claims.path("iat").asLong();
    long expires = claims.path("exp").asLong();
    boolean good =
        claims.isObject()
            && claims.path("iss").asText().equals(ISSUER)
            && claims.path("aud").isTextual()
            && claims.path("aud").asText().equals(AUDIENCE)
            && claims.path("type").asText().equals("access")
            && claims.path("sub").isTextual()
            && claims.path("sub").asText().matches("[1-9][0-9]{0,17}")
            && claims.path("sid").isTextual()
            && claims.path("username").isTextual()
            && claims.path("jti").isTextual()
            && claims.path("epoch").isIntegralNumber()
            && claims.path("iat").isIntegralNumber()
            && claims.path("nbf").isIntegralNumber()
            && claims.path("exp").isIntegralNumber()
            && expires - issued <= life.toSeconds()
            && issued <= now + LEEWAY_SECONDS
            && claims.path("nbf").asLong() <= now + LEEWAY_SECONDS
            && now < expires;
    if (!good) {
      return Optional.empty();
    }
    return Optional.of(
        new Claims(
            Long.parseLong(claims.path("sub").asText()),
            UUID.fromString(claims.path("sid").asText()),
            claims.path("epoch").asLong(),
            claims.path("jti").asText(),
            Instant.ofEpochSecond(expires)));
  }

  private byte[] sign(String text) {
    return Keyring.hmac(key, ascii(text));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
