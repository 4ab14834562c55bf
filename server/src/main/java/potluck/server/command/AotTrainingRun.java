package potluck.server.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import potluck.gateway.demo.DemoModel;
import potluck.server.bootstrap.PotluckServer;

/** One streamed call to the demo model, which trains an AOT cache for the start. */
final class AotTrainingRun {
  private AotTrainingRun() {}

  static void run(PotluckServer gateway) throws InterruptedException {
    String body =
        "{\"model\":\""
            + DemoModel.MODEL
            + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}";
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + gateway.port() + "/v1/chat/completions"))
                  .header(
                      "Authorization",
                      "Bearer " + gateway.firstStartSecrets().demoKey().orElseThrow())
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (!answer.body().contains("[DONE]")) {
        throw new IllegalStateException("the demo model did not answer: " + answer.body());
      }
    } catch (IOException e) {
      throw new IllegalStateException("the demo model did not answer", e);
    }
  }
}
