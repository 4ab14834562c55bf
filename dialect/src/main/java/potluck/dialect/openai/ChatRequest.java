package potluck.dialect.openai;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import potluck.dialect.RequestScan;
import potluck.dialect.Target;
import potluck.dialect.model.Ask;
import potluck.dialect.wire.JsonScanner;
import potluck.dialect.wire.Members;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Splice;

/**
 * Scans a chat completions request, and forwards it to an upstream of the same dialect. Stateless.
 */
final class ChatRequest {
  private ChatRequest() {}

  static Ask scan(byte[] body) {
    Members members = RequestScan.check(body);
    boolean stream = RequestScan.stream(body, members);
    OptionalLong maxTokens = RequestScan.parseCount(body, members.find("max_completion_tokens"));
    if (maxTokens.isEmpty()) {
      maxTokens = RequestScan.parseCount(body, members.find("max_tokens"));
    }
    return new Ask(
        body,
        RequestScan.model(members),
        stream,
        usageWanted(body, members.find("stream_options")),
        maxTokens,
        affinity(body, members));
  }

  private static boolean usageWanted(byte[] body, @Nullable Span options) {
    Span includeUsage = JsonScanner.find(body, options, "include_usage");
    return includeUsage != null && includeUsage.equalsAscii(body, "true");
  }

  private static @Nullable String affinity(byte[] body, Members members) {
    String key = members.string("prompt_cache_key");
    return key != null ? key : RequestScan.prefixAffinity(body, null, members.firstTwo("messages"));
  }

  static byte[] forward(Ask ask, Target target) {
    byte[] body = ask.body();
    Splice splice = RequestScan.withModel(ask, target);
    if (ask.stream() && !ask.usageWanted() && !target.quirks().contains("no-stream-options")) {
      requestUsage(splice, body);
    }
    return splice.bytes();
  }

  private static void requestUsage(Splice splice, byte[] body) {
    Span all = new Span(0, body.length);
    Span options = JsonScanner.find(body, all, "stream_options");
    if (options == null) {
      RequestScan.addMember(splice, body, all, "\"stream_options\":{\"include_usage\":true}");
    } else if (body[options.from()] != '{') {
      splice.replace(options, "{\"include_usage\":true}");
    } else {
      Span includeUsage = JsonScanner.find(body, options, "include_usage");
      if (includeUsage == null) {
        RequestScan.addMember(splice, body, options, "\"include_usage\":true");
      } else {
        splice.replace(includeUsage, "true");
      }
    }
  }
}
