package potluck.server.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEObjectType;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import potluck.server.testing.TestServer;

/** Logins with OpenID Connect, against a mock OpenID Connect server over HTTP. */
class OidcIT {
  private static final String CLIENT = "potluck-client";
  private static MockOAuth2Server issuer = new MockOAuth2Server();
  private static TestServer server = TestServer.shared();

  @BeforeAll
  static void start() throws IOException {
    issuer.start();
    String address = issuer.issuerUrl("corp").toString();
    server =
        TestServer.start(
            Map.of(
                "OIDC_PROVIDERS", "corp",
                "OIDC_CORP_ISSUER", address,
                "OIDC_CORP_CLIENT_ID", CLIENT,
                "OIDC_CORP_CLIENT_SECRET", "hush",
                "LOGIN_REDIRECT_URL", "http://127.0.0.1/auth/callback"));
  }

  @AfterAll
  static void stop() {
    server.close();
    issuer.shutdown();
  }

  /** A browser's login before its callback: state, login cookie and authorization code. */
  private record Visit(String state, String cookie, String code) {}

  @Test
  void repeatedLoginIsTheSameUser() throws Exception {
    String subject = UUID.randomUUID().toString();
    JsonNode first = login(subject, Map.of("preferred_username", "ann of corp")).json();
    assertThat(first.path("user").path("username").asText()).isEqualTo("annofcorp");
    assertThat(first.path("access_token").asText()).isNotEmpty();
    JsonNode second = login(subject, Map.of("preferred_username", "renamed")).json();
    assertThat(second.path("user").path("id")).isEqualTo(first.path("user").path("id"));
    // The same user name with another subject is another user.
    JsonNode other =
        login(UUID.randomUUID().toString(), Map.of("preferred_username", "annofcorp")).json();
    assertThat(other.path("user").path("id")).isNotEqualTo(first.path("user").path("id"));
    assertThat(server.call("GET", "/api/auth/oidc/providers", null, null).json().toString())
        .contains("\"id\":\"corp\"");
  }

  @Test
  void emailAddressLinksNoUser() throws Exception {
    Map<String, Object> claims =
        Map.of("email", "admin@example.org", "preferred_username", "admin");
    JsonNode user = login(UUID.randomUUID().toString(), claims).json().path("user");
    assertThat(user.path("username").asText()).isNotEqualTo("admin");
    assertThat(user.path("trust_level").asInt()).isEqualTo(1);
  }

  @Test
  void stateWorksOnceInTheSameBrowser() throws Exception {
    Visit visit = visit();
    assertThat(finish(visit, "").status()).isEqualTo(400);
    assertThat(finish(visit, "potluck-login=another").status()).isEqualTo(400);
    Visit fresh = visit();
    expect(UUID.randomUUID().toString(), Map.of(), fresh);
    assertThat(finish(fresh, fresh.cookie()).status()).isEqualTo(200);
    assertThat(finish(fresh, fresh.cookie()).status()).isEqualTo(400);
    assertThat(finish(new Visit("made-up", fresh.cookie(), fresh.code()), fresh.cookie()).status())
        .isEqualTo(400);
  }

  private static TestServer.Response login(String subject, Map<String, Object> claims)
      throws Exception {
    Visit visit = visit();
    expect(subject, claims, visit);
    TestServer.Response said = finish(visit, visit.cookie());
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    return said;
  }

  private static void expect(String subject, Map<String, Object> claims, Visit visit) {
    issuer.enqueueCallback(
        new DefaultOAuth2TokenCallback(
            "corp", subject, JOSEObjectType.JWT.getType(), List.of(CLIENT), claims, 3600));
  }

  /** Begins a login and gets an authorization code from the identity provider, like a browser. */
  private static Visit visit() throws Exception {
    TestServer.Response begun = server.call("GET", "/api/auth/oidc/corp/login", null, null);
    assertThat(begun.status()).as(begun.text()).isEqualTo(200);
    String cookie = begun.header("set-cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly", "SameSite=Lax");
    String url = begun.json().path("authorization_url").asText();
    assertThat(url).contains("code_challenge_method=S256").contains("nonce=");
    HttpResponse<String> sent =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString());
    String back = sent.headers().firstValue("location").orElseThrow();
    return new Visit(
        begun.json().path("state").asText(),
        cookie.substring(0, cookie.indexOf(';')),
        part(back, "code"));
  }

  private static String part(String url, String name) {
    for (String pair : URI.create(url).getRawQuery().split("&")) {
      if (pair.startsWith(name + "=")) {
        return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    throw new AssertionError("no " + name + " in " + url);
  }

  private static TestServer.Response finish(Visit visit, String cookie) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + "/api/auth/oidc/corp/callback"))
            .header("content-type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"code\":\"%s\",\"state\":\"%s\"}".formatted(visit.code(), visit.state())));
    if (!cookie.isEmpty()) {
      request.header("cookie", cookie);
    }
    return server.send(request.build());
  }
}
