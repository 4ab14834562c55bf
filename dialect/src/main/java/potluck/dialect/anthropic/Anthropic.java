package potluck.dialect.anthropic;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
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
import potluck.dialect.translate.EventReader;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.Names;
import potluck.dialect.verbatim.StreamPassage;
import potluck.dialect.verbatim.WholePassage;
import potluck.dialect.wire.Members;
import potluck.dialect.wire.Peek;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Tree;

/** Anthropic's messages: blocks of content, signed thinking, and a strict grammar of events. */
public final class Anthropic implements Dialect {
  @Override
  public String name() {
    return "anthropic";
  }

  @Override
  public Ask skim(byte[] body) {
    Members members = Skimming.check(body);
    Span user = Peek.find(body, members.find("metadata"), "user_id");
    boolean named = user != null && body[user.from()] == '"';
    return new Ask(
        body,
        Skimming.model(members),
        Skimming.stream(body, members),
        true,
        Skimming.count(body, members.find("max_tokens")),
        named && user != null
            ? Peek.string(body, user)
            : Skimming.prefix(body, members.find("system"), members.firstTwo("messages")));
  }

  @Override
  public String path(Target target, boolean stream) {
    return "/v1/messages";
  }

  @Override
  public byte[] forward(Ask ask, Target target) {
    return Fitting.fit(Skimming.renamed(ask, target).bytes(), ask, target.quirks());
  }

  @Override
  public Passage passage(Ask ask, Target target) {
    String alias = ask.model().equals(target.model()) ? null : ask.model();
    AnthropicWatch watch = new AnthropicWatch();
    return ask.stream() ? new StreamPassage(watch, alias) : new WholePassage(watch, alias);
  }

  @Override
  public Prompt read(Ask ask, Losses losses) {
    return new PromptReader(Tree.read(ask.body()), losses).read();
  }

  @Override
  public byte[] write(
      Prompt prompt, Ask ask, Target target, Options options, Names names, Losses losses) {
    return Tree.bytes(new PromptWriter(prompt, target, names, losses).write(ask, options));
  }

  @Override
  public @Nullable String countPath(Target target) {
    return target.quirks().contains("no-count") ? null : "/v1/messages/count_tokens";
  }

  @Override
  public EventReader reader() {
    return new AnswerReader();
  }

  @Override
  public EventWriter writer(Ask ask, Prompt prompt, Options options) {
    return new AnswerWriter(ask, prompt, options.early());
  }

  @Override
  public Failure readFailure(int status, UnaryOperator<@Nullable String> header, byte[] body) {
    return Failures.read(status, header, body);
  }

  @Override
  public List<Limit> readLimits(UnaryOperator<@Nullable String> header, Instant now) {
    return Limits.read(header, now);
  }

  @Override
  public Map<String, String> writeLimits(List<Limit> limits, Instant now) {
    return Limits.write(limits);
  }

  @Override
  public Written writeCount(long tokens) {
    return Written.json(Tree.object().put("input_tokens", tokens));
  }

  @Override
  public Written writeFailure(Failure failure, String requestId) {
    return Failures.write(failure, requestId);
  }

  @Override
  public byte[] pulse() {
    return "event: ping\ndata: {\"type\": \"ping\"}\n\n".getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public byte[] writeBreak(Ask ask, Failure failure, String requestId) {
    return Failures.writeBreak(failure, requestId);
  }
}
