package potluck.gateway.login;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import potluck.gateway.account.Secret;
import potluck.gateway.upstream.Timeouts;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamRequest;
import potluck.gateway.upstream.UpstreamResponse;

/** Which ID tokens are accepted. */
class IdTokenVerifierTest {
  private static final Instant NOW = Instant.parse("2026-05-06T07:08:09Z");
  private static final String ISSUER = "https://id.example.org";
  private static final IdentityProvider PROVIDER =
      new IdentityProvider("corp", "Corp", ISSUER, "us", new Secret("hush"), Optional.empty());
  private static final RSAKey KEY = key("k1");
  private static final RSAKey OTHER = key("k1");

  private final IdTokenVerifier tokens =
      new IdTokenVerifier(
          new IdentityProviderClient(
              new KeyServer(), new Timeouts(second(), second(), second(), second())),
          InstantSource.fixed(NOW));

  @Test
  void idTokenVerifierAcceptsAValidToken() throws Exception {
    JWTClaimsSet claims =
        tokens.verify(signed(good().build(), KEY), PROVIDER, ISSUER + "/keys", "n");
    assertThat(claims.getSubject()).isEqualTo("ann");
  }

  static List<String> forged() throws Exception {
    List<String> forged = new ArrayList<>();
    forged.add(signed(good().issuer("https://id.example.org/").build(), KEY));
    forged.add(signed(good().issuer("https://evil.example.org").build(), KEY));
    forged.add(signed(good().issuer(null).build(), KEY));
    forged.add(signed(good().audience("them").build(), KEY));
    forged.add(signed(good().audience(List.of()).build(), KEY));
    forged.add(signed(good().audience(List.of("us", "them")).build(), KEY));
    forged.add(signed(good().claim("azp", "them").build(), KEY));
    forged.add(signed(good().expirationTime(at(-120)).build(), KEY));
    forged.add(signed(good().expirationTime(null).build(), KEY));
    forged.add(signed(good().issueTime(at(3600)).build(), KEY));
    forged.add(signed(good().issueTime(null).build(), KEY));
    forged.add(signed(good().claim("nonce", "m").build(), KEY));
    forged.add(signed(good().claim("nonce", null).build(), KEY));
    forged.add(signed(good().claim("nonce", 7).build(), KEY));
    forged.add(signed(good().subject(null).build(), KEY));
    forged.add(signed(good().subject(" ").build(), KEY));
    forged.add(signed(good().build(), OTHER));
    forged.add(signed(good().build(), key("k2")));
    forged.add(new PlainJWT(good().build()).serialize());
    SignedJWT mac =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), good().build());
    mac.sign(new MACSigner(KEY.toRSAPublicKey().getEncoded()));
    forged.add(mac.serialize());
    String right = signed(good().build(), KEY);
    String[] parts = right.split("\\.");
    forged.add(parts[0] + "." + parts[1] + ".");
    forged.add(parts[0] + "." + parts[1]);
    forged.add(parts[0] + "." + changed(parts[1]) + "." + parts[2]);
    forged.add(changed(parts[0]) + "." + parts[1] + "." + parts[2]);
    forged.add("");
    forged.add("x.y.z");
    for (int i = 0; i < 40; i++) {
      char[] text = right.toCharArray();
      int at = parts[0].length() + 1 + i * 7;
      text[at] = text[at] == 'A' ? 'B' : 'A';
      forged.add(new String(text));
    }
    return forged;
  }

  @ParameterizedTest
  @MethodSource("forged")
  void idTokenVerifierRejectsForgedTokens(String token) {
    assertThatThrownBy(() -> tokens.verify(token, PROVIDER, ISSUER + "/keys", "n"))
        .isInstanceOf(LoginFailed.class);
  }

  private static String changed(String part) {
    String text = new String(Base64.getUrlDecoder().decode(part), UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString((text + " ").getBytes(UTF_8));
  }

  private static JWTClaimsSet.Builder good() {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience("us")
        .subject("ann")
        .issueTime(at(-5))
        .expirationTime(at(300))
        .claim("nonce", "n");
  }

  private static Date at(int seconds) {
    return Date.from(NOW.plusSeconds(seconds));
  }

  private static String signed(JWTClaimsSet claims, RSAKey key) throws JOSEException {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }

  private static RSAKey key(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Duration second() {
    return Duration.ofSeconds(1);
  }

  /** Serves the issuer's keys. */
  private static final class KeyServer implements Upstream {
    @Override
    public UpstreamResponse send(UpstreamRequest dispatch) {
      byte[] body = new JWKSet(KEY.toPublicJWK()).toString().getBytes(UTF_8);
      return new UpstreamResponse() {
        @Override
        public int status() {
          return 200;
        }

        @Override
        public @Nullable String header(String lowerCaseName) {
          return null;
        }

        @Override
        public List<Map.Entry<String, String>> headers() {
          return List.of();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
          return -1;
        }

        @Override
        public byte[] readAll(int most) {
          return body;
        }

        @Override
        public void abort() {}

        @Override
        public void close() {}
      };
    }

    @Override
    public void close() {}
  }
}
