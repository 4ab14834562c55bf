package potluck.server.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import potluck.kit.FakeUpstream;

/**
 * A model with a name of its own on the shared test server, and the accounts that serve it, each
 * with its own fake upstream.
 */
public final class PoolFixture implements AutoCloseable {
  public final TestServer server = TestServer.shared();
  public final String admin = server.admin();
  public final String key = server.key(admin);
  public final String model;
  public final String dialect;
  public final List<FakeUpstream> upstreams;
  public final List<String> accounts;

  /**
   * @param count number of accounts, each with its own upstream; earlier ones have higher priority
   */
  public PoolFixture(int count) {
    this(count, "openai");
  }

  /**
   * @param dialect the dialect of the upstreams
   */
  public PoolFixture(int count, String dialect) {
    // A dated name, which has a price.
    this(
        count, dialect, "gpt-4.1-%08d".formatted(ThreadLocalRandom.current().nextInt(100_000_000)));
  }

  public PoolFixture(int count, String dialect, String model) {
    this.model = model;
    this.dialect = dialect;
    this.upstreams = java.util.stream.IntStream.range(0, count).mapToObj(_ -> start()).toList();
    this.accounts =
        java.util.stream.IntStream.range(0, count).mapToObj(i -> account(i, count - i)).toList();
  }

  private static FakeUpstream start() {
    try {
      return FakeUpstream.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public FakeUpstream upstream() {
    return upstreams.getFirst();
  }

  private String account(int number, int priority) {
    return server.account(
        """
        {"provider":"%s-compatible","base_url":"%s%s","api_key":"sk-upstream-secret-%d",
         "models":["%s"],"is_shared":1,"priority":%d}
        """
            .formatted(
                dialect.equals("responses") ? "openai-responses" : dialect,
                upstreams.get(number).address(),
                dialect.equals("openai") || dialect.equals("responses") ? "/v1" : "",
                number,
                model,
                priority));
  }

  public TestServer.Response chat(boolean stream) {
    return server.call("POST", "/v1/chat/completions", key, body(stream));
  }

  public String body(boolean stream) {
    return "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
        .formatted(model, stream);
  }

  /** Waits until the usage row of a request is posted, and returns it. */
  public JsonNode row(String requestId) {
    return TestServer.eventually(
        () -> {
          for (JsonNode row :
              server
                  .call(
                      "GET",
                      "/api/usage/logs?limit=200&model_name="
                          + java.net.URLEncoder.encode(
                              model, java.nio.charset.StandardCharsets.UTF_8),
                      admin,
                      null)
                  .json()
                  .path("data")
                  .path("logs")) {
            if (row.path("request_id").asText().equals(requestId)) {
              return Optional.of(row);
            }
          }
          return Optional.empty();
        });
  }

  @Override
  public void close() {
    accounts.forEach(id -> server.call("DELETE", "/api/plugin-api/accounts/" + id, admin, null));
    upstreams.forEach(FakeUpstream::close);
  }
}
