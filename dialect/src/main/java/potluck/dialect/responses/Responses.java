package potluck.dialect.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.ErrorObject;
import potluck.dialect.LimitHeaders;
import potluck.dialect.Options;
import potluck.dialect.Passage;
import potluck.dialect.Skimming;
import potluck.dialect.Target;
import potluck.dialect.Written;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Limit;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.Seal;
import potluck.dialect.translate.EventReader;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.Names;
import potluck.dialect.verbatim.StreamPassage;
import potluck.dialect.verbatim.WholePassage;
import potluck.dialect.wire.Members;
import potluck.dialect.wire.Tree;

/** OpenAI's responses: items instead of messages, and a stream with named events. */
public final class Responses implements Dialect {
  /** What the counter takes. */
  private static final Set<String> COUNTED =
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
  public Ask skim(byte[] body) {
    Members members = Skimming.check(body);
    String key = members.text("prompt_cache_key");
    return new Ask(
        body,
        Skimming.model(members),
        Skimming.stream(body, members),
        true,
        Skimming.count(body, members.find("max_output_tokens")),
        key != null
            ? key
            : Skimming.prefix(body, members.find("instructions"), members.firstTwo("input")));
  }

  @Override
  public String path(Target target, boolean stream) {
    return "/responses";
  }

  @Override
  public byte[] forward(Ask ask, Target target) {
    byte[] body = Skimming.renamed(ask, target).bytes();
    return Seal.packedIn(body) ? Items.ownSealsOnly(body) : body;
  }

  @Override
  public Passage passage(Ask ask, Target target) {
    String alias = ask.model().equals(target.model()) ? null : ask.model();
    ResponsesWatch watch = new ResponsesWatch();
    return ask.stream() ? new StreamPassage(watch, alias) : new WholePassage(watch, alias);
  }

  @Override
  public Prompt read(Ask ask, Losses losses) {
    return new PromptReader(Tree.read(ask.body()), losses).read();
  }

  @Override
  public byte[] write(
      Prompt prompt, Ask ask, Target target, Options options, Names names, Losses losses) {
    return Tree.bytes(new PromptWriter(prompt, target, names, losses).write(ask));
  }

  /** Source: OpenAI's API reference, "Get input token counts". */
  @Override
  public byte[] question(byte[] body) {
    ObjectNode question = (ObjectNode) Tree.read(body);
    question.retain(COUNTED);
    return Tree.bytes(question);
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
  public EventWriter writer(Ask ask, Prompt prompt, Options options) {
    return new AnswerWriter(ask, options.now());
  }

  @Override
  public Failure readFailure(int status, UnaryOperator<@Nullable String> header, byte[] body) {
    return ErrorObject.read(status, header, body);
  }

  @Override
  public List<Limit> readLimits(UnaryOperator<@Nullable String> header, Instant now) {
    return LimitHeaders.read(header, now);
  }

  @Override
  public Map<String, String> writeLimits(List<Limit> limits, Instant now) {
    return LimitHeaders.write(limits, now);
  }

  @Override
  public Written writeCount(long tokens) {
    return Written.json(
        Tree.object().put("object", "response.input_tokens").put("input_tokens", tokens));
  }

  @Override
  public Written writeFailure(Failure failure, String requestId) {
    return ErrorObject.write(failure, requestId);
  }

  /** The official clients raise on an {@code error} event, whatever its sequence number. */
  @Override
  public byte[] pulse() {
    return ": ping\n\n".getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public byte[] writeBreak(Ask ask, Failure failure, String requestId) {
    ObjectNode event = Tree.object();
    event.put("type", "error");
    event.setAll((ObjectNode) ErrorObject.object(failure).get("error").deepCopy());
    event.put("type", "error");
    return ("event: error\ndata: " + Tree.text(event) + "\n\n").getBytes(UTF_8);
  }
}
