package potluck.dialect.anthropic;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Dialect;
import potluck.dialect.DialectResponse;
import potluck.dialect.Passage;
import potluck.dialect.RequestScan;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.RateLimit;
import potluck.dialect.translate.EventReader;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.ToolNames;
import potluck.dialect.verbatim.PassThrough;
import potluck.dialect.wire.JsonScanner;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.Members;
import potluck.dialect.wire.Span;

/** Anthropic's messages: blocks of content, signed thinking and a strict event grammar. */
public final class Anthropic implements Dialect {
  @Override
  public String name() {
    return "anthropic";
  }

  @Override
  public Ask scan(byte[] body) {
    Members members = RequestScan.check(body);
    Span user = JsonScanner.find(body, members.find("metadata"), "user_id");
    boolean named = user != null && body[user.from()] == '"';
    return new Ask(
        body,
        RequestScan.model(members),
        RequestScan.stream(body, members),
        true,
        RequestScan.parseCount(body, members.find("max_tokens")),
        named && user != null
            ? JsonScanner.decodeString(body, user)
            : RequestScan.prefixAffinity(
                body, members.find("system"), members.firstTwo("messages")));
  }

  @Override
  public String path(Target target, boolean stream) {
    return "/v1/messages";
  }

  @Override
  public byte[] forward(Ask ask, Target target) {
    return ModelAdapter.adapt(RequestScan.withModel(ask, target).bytes(), ask, target.quirks());
  }

  @Override
  public Passage passage(Ask ask, Target target) {
    return PassThrough.passage(new AnthropicFrameClassifier(), ask, target);
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
    return JsonTree.bytes(new PromptWriter(prompt, target, names, losses).write(ask, options));
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
  public EventWriter writer(Ask ask, Prompt prompt, TranslationOptions options) {
    return new AnswerWriter(ask, prompt, options.inputEstimate());
  }

  @Override
  public Failure readFailure(int status, UnaryOperator<@Nullable String> header, byte[] body) {
    return ErrorCodec.read(status, header, body);
  }

  @Override
  public List<RateLimit> readRateLimits(UnaryOperator<@Nullable String> header, Instant now) {
    return AnthropicRateLimitHeaders.read(header, now);
  }

  @Override
  public Map<String, String> writeRateLimits(List<RateLimit> limits, Instant now) {
    return AnthropicRateLimitHeaders.write(limits);
  }

  @Override
  public DialectResponse writeTokenCount(long tokens) {
    return DialectResponse.json(JsonTree.object().put("input_tokens", tokens));
  }

  @Override
  public DialectResponse writeFailure(Failure failure, String requestId) {
    return ErrorCodec.write(failure, requestId);
  }

  @Override
  public byte[] keepAlive() {
    return "event: ping\ndata: {\"type\": \"ping\"}\n\n".getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public byte[] writeStreamError(Ask ask, Failure failure, String requestId) {
    return ErrorCodec.writeStreamError(failure, requestId);
  }
}
