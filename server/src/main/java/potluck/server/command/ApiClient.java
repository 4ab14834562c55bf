package potluck.server.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client of a running Potluck for commands. It uses the stored login and refreshes it if needed.
 * For one thread.
 */
final class ApiClient implements AutoCloseable {
  private static final int UNAUTHORIZED = 401;
  private static final int FIRST_ERROR_STATUS = 400;
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final LoginFile file;
  private LoginFile.Login login;

  ApiClient(LoginFile file, LoginFile.Login login) {
    this.file = file;
    this.login = login;
  }

  /** The server cannot be reached: exit status 3. */
  static final class Unreachable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unreachable(String url, IOException cause) {
      super(
          "cannot reach " + url + "; is Potluck running there? Use --url for another address",
          cause);
    }
  }

  /** The server refused: exit status 1. */
  static final class ApiRefusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    ApiRefusal(String message) {
      super(message);
    }
  }

  /** Logs in and stores the login. */
  static LoginFile.Login logIn(LoginFile file, String url, String username, String password)
      throws IOException {
    try (ApiClient api = new ApiClient(file, new LoginFile.Login(url, username, "", ""))) {
      JsonNode pair =
          read(
              api.send(
                  "POST",
                  "/api/auth/login",
                  Map.of("username", username, "password", password),
                  false));
      return file.write(
          new LoginFile.Login(
              url,
              username,
              pair.path("access_token").asText(),
              pair.path("refresh_token").asText()));
    }
  }

  String url() {
    return login.url();
  }

  JsonNode get(String path) throws IOException {
    return call("GET", path, null);
  }

  /**
   * Calls a path.
   *
   * @param body written as JSON; null for none
   * @throws ApiRefusal with the server's error text
   */
  JsonNode call(String method, String path, @Nullable Object body) throws IOException {
    return read(sendWithRefresh(method, path, body));
  }

  /**
   * Writes the response unchanged into {@code out}.
   *
   * @throws ApiRefusal if the server refuses, or if the response breaks off
   */
  void download(String path, OutputStream out) throws IOException {
    HttpResponse<InputStream> answer = sendWithRefresh("GET", path, null);
    if (answer.statusCode() >= FIRST_ERROR_STATUS) {
      read(answer);
    }
    byte[] some = new byte[1 << 16];
    try (InputStream in = answer.body()) {
      for (int length = read(in, some); length >= 0; length = read(in, some)) {
        out.write(some, 0, length);
      }
    }
  }

  private int read(InputStream in, byte[] some) {
    try {
      return in.read(some);
    } catch (IOException e) {
      throw new ApiRefusal("the response of " + url() + " broke off: " + e.getMessage());
    }
  }

  private HttpResponse<InputStream> sendWithRefresh(
      String method, String path, @Nullable Object body) throws IOException {
    HttpResponse<InputStream> answer = send(method, path, body, true);
    if (answer.statusCode() == UNAUTHORIZED) {
      answer.body().close();
      refresh();
      answer = send(method, path, body, true);
    }
    return answer;
  }

  private void refresh() throws IOException {
    HttpResponse<InputStream> answer =
        send("POST", "/api/auth/refresh", Map.of("refresh_token", login.refreshToken()), false);
    if (answer.statusCode() == UNAUTHORIZED) {
      throw new ApiRefusal("the login at " + url() + " has expired; log in again: ./potluck login");
    }
    JsonNode pair = read(answer);
    login =
        file.write(
            new LoginFile.Login(
                login.url(),
                login.username(),
                pair.path("access_token").asText(),
                pair.path("refresh_token").asText()));
  }

  private HttpResponse<InputStream> send(
      String method, String path, @Nullable Object body, boolean known) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(login.url() + path))
            .timeout(TIMEOUT)
            .header("Accept-Language", "en")
            .header("User-Agent", "potluck-command")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(
                        ConsoleOutput.JSON.writeValueAsBytes(body)));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (known) {
      request.header("Authorization", "Bearer " + login.accessToken());
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (IOException e) {
      throw new Unreachable(url(), e);
    }
  }

  private static JsonNode read(HttpResponse<InputStream> answer) throws IOException {
    String text;
    try (InputStream in = answer.body()) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    JsonNode json = NullNode.getInstance();
    try {
      json = text.isBlank() ? json : ConsoleOutput.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new ApiRefusal(
          "this is not Potluck: it answered " + answer.statusCode() + " without JSON");
    }
    if (answer.statusCode() >= FIRST_ERROR_STATUS) {
      throw new ApiRefusal(errorText(json, answer.statusCode()));
    }
    return json;
  }

  /** The error text, in the form of any dialect. */
  private static String errorText(JsonNode json, int status) {
    for (String address : new String[] {"/detail", "/error/message", "/error", "/message"}) {
      if (json.at(address).isTextual()) {
        return json.at(address).asText() + " (" + status + ")";
      }
    }
    return "the server answered " + status;
  }

  @Override
  public void close() {
    http.close();
  }
}
