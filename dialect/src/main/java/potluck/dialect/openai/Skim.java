package potluck.dialect.openai;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Skimming;
import potluck.dialect.Target;
import potluck.dialect.model.Ask;
import potluck.dialect.wire.Members;
import potluck.dialect.wire.Peek;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Splice;

/** The request at a glance, and the same request for another server of this dialect. */
final class Skim {
  private Skim() {}

  static Ask skim(byte[] body) {
    Members members = Skimming.check(body);
    boolean stream = Skimming.stream(body, members);
    OptionalLong most = Skimming.count(body, members.find("max_completion_tokens"));
    if (most.isEmpty()) {
      most = Skimming.count(body, members.find("max_tokens"));
    }
    return new Ask(
        body,
        Skimming.model(members),
        stream,
        usageWanted(body, members.find("stream_options")),
        most,
        affinity(body, members));
  }

  private static boolean usageWanted(byte[] body, @Nullable Span options) {
    Span wanted = Peek.find(body, options, "include_usage");
    return wanted != null && wanted.is(body, "true");
  }

  private static @Nullable String affinity(byte[] body, Members members) {
    String key = members.text("prompt_cache_key");
    return key != null ? key : Skimming.prefix(body, null, members.firstTwo("messages"));
  }

  static byte[] forward(Ask ask, Target target) {
    byte[] body = ask.body();
    Splice splice = Skimming.renamed(ask, target);
    if (ask.stream() && !ask.usageWanted() && !target.quirks().contains("no-stream-options")) {
      askForUsage(splice, body);
    }
    return splice.bytes();
  }

  private static void askForUsage(Splice splice, byte[] body) {
    Span all = new Span(0, body.length);
    Span options = Peek.find(body, all, "stream_options");
    if (options == null) {
      Skimming.add(splice, body, all, "\"stream_options\":{\"include_usage\":true}");
    } else if (body[options.from()] != '{') {
      splice.replace(options, "{\"include_usage\":true}");
    } else {
      Span wanted = Peek.find(body, options, "include_usage");
      if (wanted == null) {
        Skimming.add(splice, body, options, "\"include_usage\":true");
      } else {
        splice.replace(wanted, "true");
      }
    }
  }
}
