package potluck.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.OpenAiErrorObject;
import potluck.dialect.verbatim.FrameClassifier;
import potluck.dialect.wire.ByteSearch;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.JsonScanner;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.TextByteCounter;

/** Classifies frames of chat completions. */
final class OpenAiFrameClassifier extends FrameClassifier {
  /** The members that are read of an unstreamed answer. */
  private static final Set<String> COMPLETE_MEMBERS = Set.of("usage", "error");

  /** Does not match text about usage, because quotes in a string are escaped. */
  private static final ByteSearch USAGE = new ByteSearch("\"usage\"");

  private static final ByteSearch ERROR = new ByteSearch("\"error\"");
  private static final ByteSearch DELTA = new ByteSearch("\"delta\"");
  private static final ByteSearch FINISH = new ByteSearch("\"finish_reason\"");
  private static final ByteSearch CALLS = new ByteSearch("\"tool_calls\"");
  private static final TextByteCounter TEXT =
      new TextByteCounter(
          List.of("content", "reasoning_content", "reasoning", "refusal", "arguments", "name"));

  /** The text of the old completions, which have no deltas. */
  private static final TextByteCounter COMPLETION_TEXT = new TextByteCounter(List.of("text"));

  private final boolean usageWanted;
  private long reportedCost = -1;
  private boolean contentSeen;
  private boolean finished;

  OpenAiFrameClassifier(boolean usageWanted) {
    this.usageWanted = usageWanted;
  }

  @Override
  public FrameKind classify(FrameReader frame) {
    byte[] b = frame.data();
    int from = frame.dataFrom();
    int to = frame.dataTo();
    if (isDone(b, from, to)) {
      return FrameKind.TERMINAL;
    }
    int delta = DELTA.indexIn(b, from, to);
    boolean ending = delta < 0 || finishes(b, delta, to);
    // Some servers send an error together with a last, empty delta, but never with text.
    if (ending && ERROR.indexIn(b, from, to) >= 0 && fails(b, from, to)) {
      return fail(OpenAiErrorObject.readInBand(JsonTree.readOrMissing(b, from, to)));
    }
    if (delta >= 0) {
      addTextBytes(TEXT.count(b, delta + DELTA.length(), to));
      finished |= ending;
    } else {
      addTextBytes(COMPLETION_TEXT.count(b, from, to));
    }
    if (mentionsUsage(b, from, to) && usage(b, from, to) && !usageWanted && delta < 0) {
      return FrameKind.HIDDEN;
    }
    contentSeen =
        contentSeen || textBytes() > 0 || finished || delta < 0 || CALLS.indexIn(b, from, to) >= 0;
    return contentSeen ? FrameKind.CONTENT : FrameKind.PREAMBLE;
  }

  /** Whether a chunk has usage other than {@code "usage":null}, which most chunks contain. */
  private static boolean mentionsUsage(byte[] b, int from, int to) {
    int at = USAGE.indexIn(b, from, to);
    while (at >= 0) {
      int after = at + USAGE.length();
      int colon = JsonScanner.skipSpace(b, after, to);
      int value = JsonScanner.skipSpace(b, colon + 1, to);
      if (value >= to || b[value] != 'n') {
        return true;
      }
      at = USAGE.indexIn(b, after, to);
    }
    return false;
  }

  private static boolean isDone(byte[] b, int from, int to) {
    return to - from >= 6 && b[from] == '[' && new Span(from, from + 6).equalsAscii(b, "[DONE]");
  }

  private static boolean finishes(byte[] b, int from, int to) {
    int at = FINISH.indexIn(b, from, to);
    int colon = at < 0 ? to : JsonScanner.skipSpace(b, at + FINISH.length(), to);
    int value = JsonScanner.skipSpace(b, colon + 1, to);
    return value < to && b[value] == '"';
  }

  private static boolean fails(byte[] b, int from, int to) {
    Span error = JsonScanner.find(b, from, to, "error");
    return error != null && !error.equalsAscii(b, "null");
  }

  /**
   * Counts the usage of a frame.
   *
   * @return whether the frame contains usage and no choices
   */
  private boolean usage(byte[] b, int from, int to) {
    Span usage = JsonScanner.find(b, from, to, "usage");
    if (usage == null || b[usage.from()] != '{') {
      return false;
    }
    count(JsonTree.readOrMissing(b, usage.from(), usage.to()));
    Span choices = JsonScanner.find(b, from, to, "choices");
    return choices == null
        || (b[choices.from()] == '['
            && b[JsonScanner.skipSpace(b, choices.from() + 1, choices.to())] == ']');
  }

  private void count(JsonNode usage) {
    reportedCost = Math.max(reportedCost, UsageCodec.reportedCost(usage));
    addUsage(UsageCodec.read(usage));
  }

  @Override
  public FrameKind classifyComplete(byte[] body) {
    JsonNode root = JsonTree.readMembers(body, COMPLETE_MEMBERS);
    if (!root.isObject()) {
      return failNotAnObject();
    }
    if (root.hasNonNull("error") && !root.has("choices")) {
      return fail(OpenAiErrorObject.readInBand(JsonTree.readOrMissing(body, 0, body.length)));
    }
    addTextBytes(TEXT.count(body, 0, body.length) + COMPLETION_TEXT.count(body, 0, body.length));
    count(root.path("usage"));
    return FrameKind.TERMINAL;
  }

  @Override
  public byte[] missingTerminator() {
    return "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public boolean isCompleteAtEnd() {
    return finished;
  }

  @Override
  public @Nullable Span findModel(byte[] json, int from, int to) {
    return JsonScanner.find(json, from, to, "model");
  }

  @Override
  public long reportedCost() {
    return reportedCost;
  }
}
