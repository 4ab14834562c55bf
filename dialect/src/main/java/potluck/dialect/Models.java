package potluck.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import potluck.dialect.wire.Tree;

/** Lists of models, in one shape that suits OpenAI's and Anthropic's clients, and in Gemini's. */
public final class Models {
  private Models() {}

  /**
   * A model that a caller may name.
   *
   * @param created when it came to the house
   * @param owner who made it, such as {@code anthropic}
   * @param inputLimit the context window in tokens; 0 where unknown
   * @param outputLimit the longest answer in tokens; 0 where unknown
   */
  public record Model(
      String id, String name, Instant created, String owner, long inputLimit, long outputLimit) {}

  /** The whole list; it is short, so there is only one page. */
  public static Written list(List<Model> models) {
    ObjectNode root = Tree.object().put("object", "list");
    ArrayNode data = root.putArray("data");
    models.forEach(model -> data.add(object(model)));
    root.put("has_more", false);
    root.put("first_id", models.isEmpty() ? null : models.getFirst().id());
    root.put("last_id", models.isEmpty() ? null : models.getLast().id());
    return Written.json(root);
  }

  /** One model, for OpenAI's and Anthropic's clients. */
  public static Written one(Model model) {
    return Written.json(object(model));
  }

  private static ObjectNode object(Model model) {
    return Tree.object()
        .put("id", model.id())
        .put("object", "model")
        .put("created", model.created().getEpochSecond())
        .put("owned_by", model.owner())
        .put("type", "model")
        .put("display_name", model.name())
        .put("created_at", model.created().toString());
  }

  /** The whole list, for Gemini's clients. */
  public static Written geminiList(List<Model> models) {
    ObjectNode root = Tree.object();
    ArrayNode array = root.putArray("models");
    models.forEach(model -> array.add(gemini(model)));
    return Written.json(root);
  }

  /** One model, for Gemini's clients. */
  public static Written geminiOne(Model model) {
    return Written.json(gemini(model));
  }

  private static ObjectNode gemini(Model model) {
    ObjectNode object = Tree.object().put("name", "models/" + model.id());
    object.put("baseModelId", model.id()).put("displayName", model.name());
    if (model.inputLimit() > 0) {
      object.put("inputTokenLimit", model.inputLimit());
    }
    if (model.outputLimit() > 0) {
      object.put("outputTokenLimit", model.outputLimit());
    }
    ArrayNode methods = object.putArray("supportedGenerationMethods");
    methods.add("generateContent").add("streamGenerateContent").add("countTokens");
    return object;
  }
}
