package potluck.kit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * Sends requests to the fake upstream with the JDK's client, in each dialect, with valid
 * credentials.
 */
record FakeUpstreamClient(HttpClient http, String address) {
  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(
        request.POST(HttpRequest.BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path)).headers(headers);
    return http.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> chat(String body) throws IOException, InterruptedException {
    return post("/v1/chat/completions", body, "authorization", "Bearer sk-1");
  }

  HttpResponse<String> responses(String body) throws IOException, InterruptedException {
    return post("/v1/responses", body, "authorization", "Bearer sk-1");
  }

  HttpResponse<String> messages(String body) throws IOException, InterruptedException {
    return post("/v1/messages", body, "x-api-key", "sk-1", "anthropic-version", "2023-06-01");
  }

  HttpResponse<String> gemini(String method, String body) throws IOException, InterruptedException {
    return post("/v1beta/models/" + method, body, "x-goog-api-key", "k");
  }
}
