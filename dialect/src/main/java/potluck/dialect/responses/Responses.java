package potluck.dialect.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import potluck.dialect.DialectResponse;
import potluck.dialect.OpenAiErrorObject;
import potluck.dialect.OpenAiFamilyDialect;
import potluck.dialect.Passage;
import potluck.dialect.RequestScan;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.translate.EventReader;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.ToolNames;
import potluck.dialect.verbatim.PassThrough;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.Members;

/** OpenAI's responses: items instead of messages, and a stream with named events. */
public final class Responses extends OpenAiFamilyDialect {
  /**
   * Fields that the token-count endpoint accepts. Source: OpenAI's API reference, "Get input token
   * counts".
   */
  private static final Set<String> COUNT_FIELDS =
      Set.of(
          "model",
          "input",
          "instructions",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "reasoning",
          "text",
          "truncation");

  @Override
  public String name() {
    return "responses";
  }

  @Override
  public Ask scan(byte[] body) {
    Members members = RequestScan.check(body);
    String key = members.string("prompt_cache_key");
    return new Ask(
        body,
        RequestScan.model(members),
        RequestScan.stream(body, members),
        true,
        RequestScan.parseCount(body, members.find("max_output_tokens")),
        key != null
            ? key
            : RequestScan.prefixAffinity(
                body, members.find("instructions"), members.firstTwo("input")));
  }

  @Override
  public String path(Target target, boolean stream) {
    return "/responses";
  }

  @Override
  public byte[] forward(Ask ask, Target target) {
    byte[] body = RequestScan.withModel(ask, target).bytes();
    return ThoughtSignature.containsPacked(body) ? ItemReader.dropForeignSignatures(body) : body;
  }

  @Override
  public Passage passage(Ask ask, Target target) {
    return PassThrough.passage(new ResponsesFrameClassifier(), ask, target);
  }

  @Override
  public Prompt readPrompt(Ask ask, Losses losses) {
    return new PromptReader(JsonTree.read(ask.body()), losses).read();
  }

  @Override
  public byte[] writePrompt(
      Prompt prompt,
      Ask ask,
      Target target,
      TranslationOptions options,
      ToolNames names,
      Losses losses) {
    return JsonTree.bytes(new PromptWriter(prompt, target, names, losses).write(ask));
  }

  @Override
  public byte[] countRequest(byte[] body) {
    ObjectNode request = (ObjectNode) JsonTree.read(body);
    request.retain(COUNT_FIELDS);
    return JsonTree.bytes(request);
  }

  @Override
  public String countPath(Target target) {
    return "/responses/input_tokens";
  }

  @Override
  public EventReader reader() {
    return new AnswerReader();
  }

  @Override
  public EventWriter writer(Ask ask, Prompt prompt, TranslationOptions options) {
    return new AnswerWriter(ask, options.createdSeconds());
  }

  @Override
  public DialectResponse writeTokenCount(long tokens) {
    return DialectResponse.json(
        JsonTree.object().put("object", "response.input_tokens").put("input_tokens", tokens));
  }

  /**
   * The official clients raise an exception on an {@code error} event, whatever its sequence
   * number.
   */
  @Override
  public byte[] writeStreamError(Ask ask, Failure failure, String requestId) {
    ObjectNode event = JsonTree.object();
    event.put("type", "error");
    event.setAll((ObjectNode) OpenAiErrorObject.toJson(failure).get("error").deepCopy());
    event.put("type", "error");
    return ("event: error\ndata: " + JsonTree.text(event) + "\n\n").getBytes(UTF_8);
  }
}
