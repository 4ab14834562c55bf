package potluck.server.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./potluck key}: the user's API keys. */
@Command(
    name = "key",
    description = "Your API keys: list, create, revoke, rotate.",
    mixinStandardHelpOptions = true)
final class KeyCommand {
  private static final String[] COLUMNS = {
    "id", "key_preview", "name", "is_active", "last_used_at", "expires_at"
  };

  @Command(description = "Show your keys.")
  int list(@Mixin ApiCommandMixin asking) throws IOException {
    return asking.run(api -> api.get("/api/api-keys"), keys -> ConsoleOutput.table(keys, COLUMNS));
  }

  @Command(description = "Create a key; it is shown only once.")
  int create(
      @Mixin ApiCommandMixin asking,
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--models", split = ",", description = "only these models, comma-separated")
          @Nullable List<String> models,
      @Option(names = "--expires", description = "a time such as 2030-01-01T00:00:00Z")
          @Nullable String expires)
      throws IOException {
    Map<String, Object> body = new HashMap<>(Map.of("name", name));
    if (models != null) {
      body.put("allowed_models", models);
    }
    if (expires != null) {
      body.put("expires_at", expires);
    }
    return asking.run(api -> api.call("POST", "/api/api-keys", body), KeyCommand::printCreated);
  }

  @Command(description = "Revoke a key; its running streams are cut.")
  int revoke(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "ID") long id)
      throws IOException {
    return asking.runAndConfirm(
        api -> api.call("DELETE", "/api/api-keys/" + id, null),
        CommandText.of("The key is revoked", "密钥已撤销"));
  }

  @Command(description = "Replace a key; the old one stays valid for a while.")
  int rotate(
      @Mixin ApiCommandMixin asking,
      @Parameters(paramLabel = "ID") long id,
      @Option(
              names = "--overlap",
              defaultValue = "86400",
              description = "seconds that the old key stays valid; ${DEFAULT-VALUE}")
          long overlap)
      throws IOException {
    return asking.run(
        api ->
            api.call("POST", "/api/api-keys/" + id + "/rotate", Map.of("overlap_seconds", overlap)),
        KeyCommand::printCreated);
  }

  private static void printCreated(JsonNode key) {
    ConsoleOutput.table(List.of(key), COLUMNS);
    System.out.println(key.path("key").asText());
  }
}
