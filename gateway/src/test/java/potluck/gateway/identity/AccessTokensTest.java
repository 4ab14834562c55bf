package potluck.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import potluck.gateway.account.Secret;

class AccessTokensTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Keyring KEYRING =
      new Keyring(new Secret("0123456789abcdef0123456789abcdef"));
  private static final UUID SESSION = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final User USER =
      new User(
          42,
          "ann",
          null,
          null,
          1,
          true,
          false,
          0,
          false,
          false,
          false,
          UUID.randomUUID(),
          3,
          NOW,
          null);

  private final AccessTokens tokens = at(NOW);

  @Test
  void accessTokenCarriesUserAndSession() {
    AccessTokens.Claims claims = tokens.verify(tokens.issue(USER, SESSION)).orElseThrow();
    assertThat(claims.user()).isEqualTo(42);
    assertThat(claims.session()).isEqualTo(SESSION);
    assertThat(claims.epoch()).isEqualTo(3);
  }

  @Test
  void accessTokenExpires() {
    String token = tokens.issue(USER, SESSION);
    assertThat(at(NOW.plus(Duration.ofHours(24)).minusSeconds(1)).verify(token)).isPresent();
    assertThat(at(NOW.plus(Duration.ofHours(24))).verify(token)).isEmpty();
  }

  @Test
  void accessTokenChangedAtAnyPlaceIsRejected() {
    String token = tokens.issue(USER, SESSION);
    for (int at = 0; at < token.length(); at++) {
      char other = token.charAt(at) == 'A' ? 'B' : 'A';
      String changed = token.substring(0, at) + other + token.substring(at + 1);
      assertThat(tokens.verify(changed)).as("changed at %d", at).isEmpty();
    }
  }

  @Test
  void accessTokenSignedWithTheMasterSecretIsRejected() {
    String body = tokens.issue(USER, SESSION);
    body = body.substring(0, body.lastIndexOf('.'));
    byte[] signature =
        Keyring.hmac(
            "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8),
            body.getBytes(StandardCharsets.UTF_8));
    assertThat(tokens.verify(body + "." + encode(signature))).isEmpty();
  }

  /**
   * Tokens that are signed with the right key but invalid: each differs from a valid one in one
   * claim.
   */
  @Test
  void accessTokenWithWrongClaimsIsRejectedThoughWellSigned() {
    String good =
        "{'iss':'potluck','aud':'potluck-api','sub':'42','username':'ann','sid':'"
            + SESSION
            + "','epoch':3,'jti':'j','iat':1767323045,'nbf':1767323045,'exp':1767409445,'type':'access'}";
    assertThat(tokens.verify(signed(good))).isPresent();
    List<String> wrong = new ArrayList<>();
    wrong.add(good.replace("'access'", "'refresh'"));
    wrong.add(good.replace("'sub':'42'", "'sub':42"));
    wrong.add(good.replace("'sub':'42'", "'sub':'042'"));
    wrong.add(good.replace("'sub':'42'", "'sub':'-1'"));
    wrong.add(good.replace("'sub':'42'", "'sub':'42','sub':'1'"));
    wrong.add(good.replace("'exp':1767409445", "'exp':'1767409445'"));
    wrong.add(good.replace("'exp':1767409445", "'exp':1767409446"));
    wrong.add(good.replace("'exp':1767409445", "'exp':1e12"));
    wrong.add(good.replace(",'exp':1767409445", ""));
    wrong.add(good.replace("'iat':1767323045", "'iat':1767323045.5"));
    wrong.add(good.replace("'iat':1767323045", "'iat':1767329999"));
    wrong.add(good.replace("'nbf':1767323045", "'nbf':1767329999"));
    wrong.add(good.replace("'aud':'potluck-api'", "'aud':['potluck-api']"));
    wrong.add(good.replace("'iss':'potluck'", "'iss':'other'"));
    wrong.add(good.replace("'epoch':3", "'epoch':'3'"));
    wrong.add(good.replace("'" + SESSION + "'", "null"));
    wrong.add(good.replace("'" + SESSION + "'", "'0-0-4000-8000-1'"));
    // Numbers that would be valid if their upper bits were lost, or for which no lifetime is
    // too long.
    wrong.add(good.replace("'exp':1767409445", "'exp':18446744075476961061"));
    wrong.add(good.replace("'epoch':3", "'epoch':18446744073709551619"));
    wrong.add(
        good.replace("'iat':1767323045", "'iat':-9223372036854775808")
            .replace("'exp':1767409445", "'exp':9767409445"));
    wrong.add("\ufeff" + good);
    wrong.add(good + " {}");
    wrong.add("[" + good + "]");
    wrong.add("null");
    for (String claims : wrong) {
      assertThat(tokens.verify(signed(claims))).as(claims).isEmpty();
    }
  }

  @Test
  void accessTokenWithAnotherHeaderIsRejected() {
    String token = tokens.issue(USER, SESSION);
    String rest = token.substring(token.indexOf('.'));
    for (String header :
        List.of(
            "{\"alg\":\"none\"}",
            "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
            "{\"typ\":\"at+jwt\",\"alg\":\"HS256\"}",
            "{\"alg\":\"HS512\",\"typ\":\"at+jwt\"}")) {
      assertThat(tokens.verify(encode(header.getBytes(StandardCharsets.UTF_8)) + rest)).isEmpty();
    }
    assertThat(tokens.verify("")).isEmpty();
    assertThat(tokens.verify("..")).isEmpty();
    assertThat(tokens.verify(token + ".")).isEmpty();
    assertThat(tokens.verify(token + "=")).isEmpty();
  }

  @Test
  void accessTokenIsAcceptedInOneSpellingOnly() {
    String token = tokens.issue(USER, SESSION);
    byte[] claims =
        Base64.getUrlDecoder()
            .decode(token.substring(token.indexOf('.') + 1, token.lastIndexOf('.')));
    String text = new String(claims, StandardCharsets.UTF_8);
    String spaced = text + " ".repeat(4 - text.length() % 3);
    String plain = encode(spaced.getBytes(StandardCharsets.UTF_8));
    assertThat(tokens.verify(sealed(plain))).isPresent();
    assertThat(tokens.verify(sealed(plain + "=="))).as("padded").isEmpty();
    // The lower bits of the last character carry no data.
    String other = plain.substring(0, plain.length() - 1) + "B";
    assertThat(plain).endsWith("A");
    assertThat(Base64.getUrlDecoder().decode(other))
        .isEqualTo(spaced.getBytes(StandardCharsets.UTF_8));
    assertThat(tokens.verify(sealed(other))).as("spelt otherwise").isEmpty();
    assertThat(tokens.verify(sealed(encode(text.getBytes(StandardCharsets.UTF_16)))))
        .as("in UTF-16")
        .isEmpty();
  }

  private String signed(String claims) {
    return sealed(encode(claims.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }

  /** A token with these claims, under our own header and signature. */
  private String sealed(String claims) {
    String token = tokens.issue(USER, SESSION);
    String body = token.substring(0, token.indexOf('.') + 1) + claims;
    return body
        + "."
        + encode(
            Keyring.hmac(KEYRING.derive("jwt-access-v1"), body.getBytes(StandardCharsets.UTF_8)));
  }

  private static AccessTokens at(Instant now) {
    return new AccessTokens(KEYRING, Duration.ofHours(24), InstantSource.fixed(now));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
