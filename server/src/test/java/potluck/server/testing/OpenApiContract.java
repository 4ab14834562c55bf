package potluck.server.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Checks answers against the schemas of {@code openapi.yaml}. Safe for use by many threads. */
public final class OpenApiContract {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode DOCUMENT = document();
  private static final List<Template> TEMPLATES = templates();
  private static final Map<String, Optional<JsonSchema>> SCHEMAS = new ConcurrentHashMap<>();

  private record Template(String path, Pattern pattern, long variables) {}

  private OpenApiContract() {}

  /**
   * @throws AssertionError if the answer does not match its schema
   */
  public static void check(String method, String path, int status, String type, String body) {
    if (!type.startsWith("application/json")) {
      return;
    }
    Optional<Template> template =
        TEMPLATES.stream().filter(each -> each.pattern().matcher(path).matches()).findFirst();
    if (template.isEmpty()) {
      return;
    }
    String place = "/" + method.toLowerCase(Locale.ROOT) + "/responses/" + status;
    Optional<JsonSchema> schema =
        SCHEMAS.computeIfAbsent(
            template.get().path() + place, _ -> schema(template.get().path(), place));
    if (schema.isEmpty()) {
      return;
    }
    try {
      Set<ValidationMessage> wrong = schema.get().validate(JSON.readTree(body));
      if (!wrong.isEmpty()) {
        throw new AssertionError(
            method + " " + path + " answers other than openapi.yaml says: " + wrong + "\n" + body);
      }
    } catch (IOException e) {
      throw new AssertionError(method + " " + path + " answers no JSON: " + body, e);
    }
  }

  private static Optional<JsonSchema> schema(String path, String place) {
    JsonNode answer = DOCUMENT.path("paths").path(path).at(place);
    if (answer.has("$ref")) {
      answer = DOCUMENT.at(answer.path("$ref").asText().substring(1));
    }
    JsonNode schema = answer.at("/content/application~1json/schema");
    if (!(schema instanceof ObjectNode found) || found.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(schema(found));
  }

  /**
   * A schema of the description, for checks of other values than answers.
   *
   * @param schema which may refer to the components of the description
   */
  public static JsonSchema schema(JsonNode schema) {
    ObjectNode whole = schema.deepCopy();
    whole.set("components", DOCUMENT.path("components"));
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(whole);
  }

  /** Templates with the fewest variables first: a literal path matches before a variable one. */
  private static List<Template> templates() {
    return DOCUMENT.path("paths").properties().stream()
        .map(Map.Entry::getKey)
        .map(
            path ->
                new Template(
                    path,
                    Pattern.compile(Pattern.quote(path).replaceAll("\\{[^}]*}", "\\\\E[^/]+\\\\Q")),
                    path.chars().filter(c -> c == '{').count()))
        .sorted(Comparator.comparingLong(Template::variables))
        .toList();
  }

  public static JsonNode document() {
    try (InputStream in = OpenApiContract.class.getResourceAsStream("/openapi.yaml")) {
      return JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromInputStream(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
