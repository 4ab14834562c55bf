package potluck.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.ErrorObject;
import potluck.dialect.verbatim.Watch;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.Needle;
import potluck.dialect.wire.Peek;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.TextGauge;
import potluck.dialect.wire.Tree;

/** What passes by in an answer of chat completions. */
final class OpenAiWatch extends Watch {
  /** What is read of an answer that is one object. */
  private static final Set<String> WHOLE_WANTED = Set.of("usage", "error");

  /** An escaped quote before a closing one never matches, so text about usage is no usage. */
  private static final Needle USAGE = new Needle("\"usage\"");

  private static final Needle ERROR = new Needle("\"error\"");
  private static final Needle DELTA = new Needle("\"delta\"");
  private static final Needle FINISH = new Needle("\"finish_reason\"");
  private static final Needle CALLS = new Needle("\"tool_calls\"");
  private static final TextGauge TEXT =
      new TextGauge(
          List.of("content", "reasoning_content", "reasoning", "refusal", "arguments", "name"));

  private final boolean usageWanted;
  private long reportedCost = -1;
  private boolean spoken;
  private boolean finished;

  OpenAiWatch(boolean usageWanted) {
    this.usageWanted = usageWanted;
  }

  @Override
  public Sight frame(FrameReader frame) {
    byte[] b = frame.data();
    int from = frame.dataFrom();
    int to = frame.dataTo();
    if (isDone(b, from, to)) {
      return Sight.LAST;
    }
    int delta = DELTA.in(b, from, to);
    boolean ending = delta < 0 || finishes(b, delta, to);
    // Some servers put their error beside a last, empty delta; never beside a word.
    if (ending && ERROR.in(b, from, to) >= 0 && fails(b, from, to)) {
      return failed(ErrorObject.inBand(Tree.readOrMissing(b, from, to)));
    }
    if (delta >= 0) {
      text(TEXT.measure(b, delta + DELTA.length(), to));
      finished |= ending;
    }
    if (mentionsUsage(b, from, to) && usage(b, from, to) && !usageWanted && delta < 0) {
      return Sight.HIDDEN;
    }
    spoken = spoken || textBytes() > 0 || finished || delta < 0 || CALLS.in(b, from, to) >= 0;
    return spoken ? Sight.WORD : Sight.HANDSHAKE;
  }

  /** Most chunks say {@code "usage":null}, which is not worth a second look. */
  private static boolean mentionsUsage(byte[] b, int from, int to) {
    int at = USAGE.in(b, from, to);
    while (at >= 0) {
      int after = at + USAGE.length();
      int colon = Peek.space(b, after, to);
      int value = Peek.space(b, colon + 1, to);
      if (value >= to || b[value] != 'n') {
        return true;
      }
      at = USAGE.in(b, after, to);
    }
    return false;
  }

  private static boolean isDone(byte[] b, int from, int to) {
    return to - from >= 6 && b[from] == '[' && new Span(from, from + 6).is(b, "[DONE]");
  }

  private static boolean finishes(byte[] b, int from, int to) {
    int at = FINISH.in(b, from, to);
    int colon = at < 0 ? to : Peek.space(b, at + FINISH.length(), to);
    int value = Peek.space(b, colon + 1, to);
    return value < to && b[value] == '"';
  }

  private static boolean fails(byte[] b, int from, int to) {
    Span error = Peek.find(b, from, to, "error");
    return error != null && !error.is(b, "null");
  }

  /** Whether the frame is about usage and nothing else. */
  private boolean usage(byte[] b, int from, int to) {
    Span usage = Peek.find(b, from, to, "usage");
    if (usage == null || b[usage.from()] != '{') {
      return false;
    }
    count(Tree.readOrMissing(b, usage.from(), usage.to()));
    Span choices = Peek.find(b, from, to, "choices");
    return choices == null
        || (b[choices.from()] == '[' && b[Peek.space(b, choices.from() + 1, choices.to())] == ']');
  }

  private void count(JsonNode usage) {
    reportedCost = Math.max(reportedCost, Usage.cost(usage));
    count(Usage.read(usage));
  }

  @Override
  public Sight whole(byte[] body) {
    JsonNode root = Tree.glance(body, WHOLE_WANTED);
    if (!root.isObject()) {
      return noObject();
    }
    if (root.hasNonNull("error") && !root.has("choices")) {
      return failed(ErrorObject.inBand(Tree.readOrMissing(body, 0, body.length)));
    }
    count(root.path("usage"));
    text(TEXT.measure(body, 0, body.length));
    return Sight.LAST;
  }

  @Override
  public byte[] closing() {
    return "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public boolean mayEnd() {
    return finished;
  }

  @Override
  public @Nullable Span model(byte[] json, int from, int to) {
    return Peek.find(json, from, to, "model");
  }

  @Override
  public long reportedCost() {
    return reportedCost;
  }
}
