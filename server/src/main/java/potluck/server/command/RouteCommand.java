package potluck.server.command;

import static java.net.URLEncoder.encode;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./potluck route}: aliases and fallbacks of models. */
@Command(
    name = "route",
    description = "Aliases and fallbacks of models: list, set, explain.",
    mixinStandardHelpOptions = true)
final class RouteCommand {
  private static final String ROUTES = "/api/admin/routes";

  @Command(description = "Show the aliases and fallbacks.")
  int list(@Mixin ApiCommandMixin asking) throws IOException {
    return asking.run(api -> api.get(ROUTES), RouteCommand::print);
  }

  @Command(
      description =
          "Make NAME an alias of the models, or with --fallback give it these fallbacks; without models the rule is removed.")
  int set(
      @Mixin ApiCommandMixin asking,
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "MODEL", arity = "0..*") @Nullable List<String> models,
      @Option(names = "--fallback", description = "the models are fallbacks if NAME cannot serve")
          boolean fallback)
      throws IOException {
    return asking.run(
        api -> {
          JsonNode now = api.get(ROUTES);
          String kind = fallback ? "fallbacks" : "aliases";
          ObjectNode all = ConsoleOutput.JSON.createObjectNode();
          all.set("aliases", object(now.path("aliases")));
          all.set("fallbacks", object(now.path("fallbacks")));
          if (models == null || models.isEmpty()) {
            object(all.path(kind)).remove(name);
          } else {
            ArrayNode list = ConsoleOutput.JSON.createArrayNode();
            models.forEach(list::add);
            object(all.path(kind)).set(name, list);
          }
          return api.call("PUT", ROUTES, all);
        },
        RouteCommand::print);
  }

  private static ObjectNode object(JsonNode node) {
    return node instanceof ObjectNode object ? object : ConsoleOutput.JSON.createObjectNode();
  }

  @Command(description = "Which account would serve a model now, and why.")
  int explain(@Mixin ApiCommandMixin asking, @Parameters(paramLabel = "MODEL") String model)
      throws IOException {
    Map<String, Object> body =
        Map.of("model", model, "messages", List.of(Map.of("role", "user", "content", "hi")));
    return asking.run(
        api -> api.call("POST", "/v1/route/explain?model=" + encode(model, UTF_8), body),
        answer -> {
          ConsoleOutput.table(
              answer.path("candidates"), "account", "name", "provider", "model", "able", "why");
          System.out.println(
              answer.path("chosen").isTextual()
                  ? "It would be served by " + answer.path("chosen").asText()
                  : CommandText.of("No account can serve it now", "目前没有账号可以服务"));
        });
  }

  private static void print(JsonNode routes) {
    for (String kind : List.of("aliases", "fallbacks")) {
      System.out.println(kind);
      for (Map.Entry<String, JsonNode> entry : routes.path(kind).properties()) {
        StringBuilder models = new StringBuilder();
        entry.getValue().forEach(model -> models.append(' ').append(model.asText()));
        System.out.println("  " + entry.getKey() + " →" + models);
      }
    }
  }
}
