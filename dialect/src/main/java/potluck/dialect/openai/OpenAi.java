package potluck.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.ErrorObject;
import potluck.dialect.LimitHeaders;
import potluck.dialect.Options;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.Written;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Limit;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.translate.EventReader;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.Names;
import potluck.dialect.verbatim.StreamPassage;
import potluck.dialect.verbatim.WholePassage;
import potluck.dialect.wire.Tree;

/** OpenAI's chat completions: the dialect that most servers speak, each in its own accent. */
public final class OpenAi implements Dialect {
  @Override
  public String name() {
    return "openai";
  }

  @Override
  public Ask skim(byte[] body) {
    return Skim.skim(body);
  }

  @Override
  public String path(Target target, boolean stream) {
    return "/chat/completions";
  }

  @Override
  public byte[] forward(Ask ask, Target target) {
    return Skim.forward(ask, target);
  }

  @Override
  public Passage passage(Ask ask, Target target) {
    String alias = ask.model().equals(target.model()) ? null : ask.model();
    OpenAiWatch watch = new OpenAiWatch(ask.usageWanted());
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

  /** Chat completions has no such question; its sister dialect's answer is the closest. */
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
    return Written.json(Tree.object().put("input_tokens", tokens));
  }

  @Override
  public Written writeFailure(Failure failure, String requestId) {
    return ErrorObject.write(failure, requestId);
  }

  @Override
  public byte[] pulse() {
    return ": ping\n\n".getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public byte[] writeBreak(Ask ask, Failure failure, String requestId) {
    return ("data: " + Tree.text(ErrorObject.object(failure)) + "\n\n").getBytes(UTF_8);
  }
}
