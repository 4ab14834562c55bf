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
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Issues and verifies access tokens: JWTs signed with HS256. Only this program issues them, so the
 * header is compared as bytes and never interpreted (RFC 8725), and each claim must be present
 * once, with its exact type. Thread-safe.
 */
public final class AccessTokens {
  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final String ISSUER = "potluck";
  private static final String AUDIENCE = "potluck-api";
  private static final int MAX_TOKEN_CHARS = 4096;
  private static final long LEEWAY_SECONDS = 30;

  private volatile List<Signer> signers;
  private final Duration lifetime;
  private final InstantSource clock;

  public AccessTokens(Keyring keyring, Duration lifetime, InstantSource clock) {
    this.signers = signers(keyring);
    this.lifetime = lifetime;
    this.clock = clock;
  }

  /** Replaces the keys. The newest key signs; tokens signed with any of the keys are valid. */
  public void rotateKeys(Keyring keyring) {
    signers = signers(keyring);
  }

  private static List<Signer> signers(Keyring keyring) {
    return keyring.deriveAll("jwt-access-v1").stream().map(Signer::of).toList();
  }

  /**
   * A key, and the only header that its tokens may have.
   *
   * @param key 32 bytes
   */
  private record Signer(byte[] key, String header) {
    static Signer of(byte[] key) {
      String kid =
          HexFormat.of().formatHex(Keyring.hmac(key, "kid".getBytes(StandardCharsets.UTF_8)), 0, 4);
      String header = "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"}";
      return new Signer(key, encode(header.getBytes(StandardCharsets.UTF_8)));
    }

    boolean matches(String token) {
      return token.startsWith(header)
          && token.length() > header.length()
          && token.charAt(header.length()) == '.';
    }

    byte[] sign(String text) {
      return Keyring.hmac(key, latin1(text));
    }
  }

  /**
   * The claims of a valid token.
   *
   * @param epoch the user's epoch when the token was issued; the token is invalid if the user's
   *     epoch is higher now
   */
  public record Claims(long user, UUID session, long epoch, String id, Instant expiresAt) {}

  /** How long a token is valid. */
  public Duration lifetime() {
    return lifetime;
  }

  public String issue(User user, UUID session) {
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
    claims.put("exp", now + lifetime.toSeconds());
    claims.put("type", "access");
    Signer signer = signers.getFirst();
    String body =
        signer.header() + "." + encode(claims.toString().getBytes(StandardCharsets.UTF_8));
    return body + "." + encode(signer.sign(body));
  }

  /**
   * Returns the claims; empty if the token is invalid for any reason. Callers must not tell the
   * reason.
   */
  public Optional<Claims> verify(String token) {
    if (token.length() > MAX_TOKEN_CHARS) {
      return Optional.empty();
    }
    return signers.stream()
        .filter(signer -> signer.matches(token))
        .findFirst()
        .flatMap(signer -> verify(token, signer));
  }

  private Optional<Claims> verify(String token, Signer signer) {
    int begin = signer.header().length() + 1;
    int dot = token.lastIndexOf('.');
    if (dot < begin) {
      return Optional.empty();
    }
    String expected = encode(signer.sign(token.substring(0, dot)));
    if (!MessageDigest.isEqual(latin1(expected), latin1(token.substring(dot + 1)))) {
      return Optional.empty();
    }
    try {
      return claims(JSON.readTree(payload(token.substring(begin, dot))));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Decodes the payload, which must be base64url without padding, in its only canonical form, and
   * UTF-8. Java's decoder accepts several spellings of the same bytes, and Jackson would guess the
   * encoding.
   *
   * @throws IllegalArgumentException if the encoding is not canonical
   */
  private static String payload(String encoded) {
    byte[] payload = Base64.getUrlDecoder().decode(encoded);
    if (!encode(payload).equals(encoded)) {
      throw new IllegalArgumentException("not canonical base64url");
    }
    return new String(payload, StandardCharsets.UTF_8);
  }

  private Optional<Claims> claims(JsonNode claims) {
    long now = clock.instant().getEpochSecond();
    long issued = claims.path("iat").asLong();
    long expires = claims.path("exp").asLong();
    String session = claims.path("sid").asText();
    boolean valid =
        claims.isObject()
            && claims.path("iss").asText().equals(ISSUER)
            && claims.path("aud").isTextual()
            && claims.path("aud").asText().equals(AUDIENCE)
            && claims.path("type").asText().equals("access")
            && claims.path("sub").isTextual()
            && claims.path("sub").asText().matches("[1-9][0-9]{0,17}")
            && claims.path("sid").isTextual()
            && UUID.fromString(session).toString().equals(session)
            && claims.path("username").isTextual()
            && claims.path("jti").isTextual()
            && isNonNegativeLong(claims.path("epoch"))
            && isNonNegativeLong(claims.path("iat"))
            && isNonNegativeLong(claims.path("nbf"))
            && isNonNegativeLong(claims.path("exp"))
            && expires - issued <= lifetime.toSeconds()
            && issued <= now + LEEWAY_SECONDS
            && claims.path("nbf").asLong() <= now + LEEWAY_SECONDS
            && now < expires;
    if (!valid) {
      return Optional.empty();
    }
    return Optional.of(
        new Claims(
            Long.parseLong(claims.path("sub").asText()),
            UUID.fromString(session),
            claims.path("epoch").asLong(),
            claims.path("jti").asText(),
            Instant.ofEpochSecond(expires)));
  }

  /**
   * Rejects numbers that do not fit a long, which would lose their upper bits, and negative ones.
   */
  private static boolean isNonNegativeLong(JsonNode number) {
    return number.isIntegralNumber() && number.canConvertToLong() && number.asLong() >= 0;
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
