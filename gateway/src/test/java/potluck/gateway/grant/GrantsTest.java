package potluck.gateway.grant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Standing;
import potluck.gateway.account.Standing.Resting;
import potluck.gateway.account.Standing.Revoked;
import potluck.gateway.account.Vault;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.upstream.Timeouts;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamRequest;
import potluck.gateway.upstream.UpstreamResponse;
import potluck.kit.ManualClock;

/**
 * When access tokens are reused and requested; what the database keeps is tested with the server.
 */
class GrantsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String VAULT_KEY = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
  private static final String PROVIDERS =
      """
      keyed: {dialect: openai, base_url: "https://keyed.example"}
      consented:
        dialect: openai
        base_url: "https://consented.example"
        oauth: {authorize: "https://c.example/a", token: "https://c.example/t", client_id: us}
      google: {dialect: gemini, base_url: "https://g.example", service_account: "a-scope"}
      """;
  private static final Catalogue CATALOGUE =
      Catalogue.shipped(timeouts()).with(PROVIDERS, timeouts());
  private static final Jdbi NO_DATABASE =
      Jdbi.create(
          () -> {
            throw new IllegalStateException("this test has no database");
          });
  private static final Secret KEY_FILE = new Secret(keyFile());

  private final ManualClock clock = new ManualClock();
  private final TokenServer server = new TokenServer();
  private final ChangeFeed changes = new ChangeFeed(NO_DATABASE);
  private final Grants grants =
      new Grants(
          NO_DATABASE,
          new Accounts(NO_DATABASE, new Vault(List.of(new Secret(VAULT_KEY)), clock), changes),
          CATALOGUE,
          changes,
          server,
          clock);

  @Test
  void grantsUseTheKeyOfAProviderWithoutAGrantAsItIs() throws NoCredential {
    Account account = account("keyed", new Secret("sk-1"));
    assertThat(grants.current(account, provider("keyed"))).isSameAs(account);
    assertThat(grants.renew(account, provider("keyed"))).isSameAs(account);
  }

  @Test
  void grantsUseAnAccessTokenUntilTenSecondsBeforeItExpires() throws NoCredential {
    Account account = account("consented", tokens(clock.instant().plus(MINUTE)));
    clock.advance(Duration.ofSeconds(49));
    assertThat(current(account)).isEqualTo("access-0");
    clock.advance(Duration.ofSeconds(1));
    // A new one would be needed, which takes the database.
    assertThatThrownBy(() -> current(account)).isInstanceOf(NoCredential.class);
  }

  @Test
  void grantsPutAnAccountIntoCooldownIfTheDatabaseIsUnavailable() {
    Account account = account("consented", tokens(clock.instant()));
    assertThatThrownBy(() -> current(account))
        .isInstanceOfSatisfying(
            NoCredential.class,
            none ->
                assertThat(standing(none))
                    .isEqualTo(
                        new Resting(
                            clock.instant().plusSeconds(30),
                            "no token: the database is unavailable")));
  }

  @Test
  void grantsRequestATokenOfAServiceAccountOnceWhileItIsValid() throws NoCredential {
    Account account = account("google", KEY_FILE);
    assertThat(current(account)).isEqualTo("access-1");
    clock.advance(Duration.ofSeconds(3589));
    assertThat(current(account)).isEqualTo("access-1");
    assertThat(server.requests).hasSize(1);
    clock.advance(Duration.ofSeconds(1));
    assertThat(current(account)).isEqualTo("access-2");
  }

  @Test
  void grantsRenewATokenOfAServiceAccountIfAsked() throws NoCredential {
    Account account = account("google", KEY_FILE);
    assertThat(current(account)).isEqualTo("access-1");
    assertThat(grants.renew(account, provider("google")).secret().reveal()).isEqualTo("access-2");
    assertThat(current(account)).isEqualTo("access-2");
  }

  @Test
  void grantsDoNotUseTheTokenOfAnOlderKeyFile() throws NoCredential {
    Account account = account("google", KEY_FILE);
    assertThat(current(account)).isEqualTo("access-1");
    assertThat(current(account.withSecret(new Secret(keyFile())))).isEqualTo("access-2");
  }

  @Test
  void grantsRevokeAnAccountWhoseGrantIsInvalid() {
    server.error = "invalid_grant";
    assertThatThrownBy(() -> current(account("google", KEY_FILE)))
        .isInstanceOfSatisfying(
            NoCredential.class, none -> assertThat(standing(none)).isInstanceOf(Revoked.class));
  }

  @Test
  void grantsPutAnAccountIntoCooldownAfterAnotherError() {
    server.error = "server_error";
    assertThatThrownBy(() -> current(account("google", KEY_FILE)))
        .isInstanceOfSatisfying(
            NoCredential.class, none -> assertThat(standing(none)).isInstanceOf(Resting.class));
  }

  @Test
  void grantsRevokeAnAccountWithoutAKeyFile() {
    assertThatThrownBy(() -> current(account("google", new Secret("{}"))))
        .isInstanceOfSatisfying(
            NoCredential.class, none -> assertThat(standing(none)).isInstanceOf(Revoked.class));
    assertThat(server.requests).isEmpty();
  }

  private String current(Account account) throws NoCredential {
    return grants.current(account, provider(account.provider())).secret().reveal();
  }

  private static Standing standing(NoCredential none) {
    assertThat(none.verdict()).isInstanceOf(Verdict.TryAnother.class);
    return ((Verdict.TryAnother) none.verdict()).standing();
  }

  private static Provider provider(String name) {
    return CATALOGUE.find(name).orElseThrow();
  }

  private static Secret tokens(Instant expiresAt) {
    return new OAuthTokens(new Secret("access-0"), new Secret("refresh-0"), expiresAt).toSecret();
  }

  private static Timeouts timeouts() {
    return new Timeouts(MINUTE, MINUTE, MINUTE, MINUTE);
  }

  private static String keyFile() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      String key =
          Base64.getEncoder().encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
      return """
          {"client_email":"a@b.example","private_key_id":"k","token_uri":"https://g.example/token",
          "private_key":"-----BEGIN PRIVATE KEY-----%s-----END PRIVATE KEY-----"}"""
          .formatted(key);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Account account(String provider, Secret secret) {
    return new Account(
        AccountId.random(),
        1,
        provider,
        "a",
        "https://a.example",
        secret,
        List.of("m"),
        Map.of(),
        Set.of(),
        true,
        true,
        0,
        1,
        0,
        0,
        Standing.ready(),
        Instant.EPOCH,
        null,
        Instant.EPOCH,
        Instant.EPOCH);
  }

  /** Issues numbered tokens that are valid for an hour, or an error. */
  private static final class TokenServer implements Upstream {
    private final List<UpstreamRequest> requests = new ArrayList<>();
    private @Nullable String error;

    @Override
    public UpstreamResponse send(UpstreamRequest request) {
      requests.add(request);
      return error == null
          ? new JsonResponse(
              200,
              "{\"access_token\":\"access-%d\",\"expires_in\":3600}".formatted(requests.size()))
          : new JsonResponse(400, "{\"error\":\"%s\"}".formatted(error));
    }

    @Override
    public void close() {}
  }

  private record JsonResponse(int status, String body) implements UpstreamResponse {
    @Override
    public @Nullable String header(String lowerCaseName) {
      return null;
    }

    @Override
    public List<Map.Entry<String, String>> headers() {
      return List.of();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws UpstreamFailed {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] readAll(int maxBytes) {
      return body.getBytes(UTF_8);
    }

    @Override
    public void abort() {}

    @Override
    public void close() {}
  }
}
