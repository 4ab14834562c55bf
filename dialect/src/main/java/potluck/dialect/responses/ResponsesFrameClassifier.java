package potluck.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.OpenAiErrorObject;
import potluck.dialect.verbatim.FrameClassifier;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.JsonScanner;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.TextByteCounter;

/** Classifies frames of OpenAI's responses. */
final class ResponsesFrameClassifier extends FrameClassifier {
  /** The members that are read of an unstreamed answer. */
  private static final Set<String> COMPLETE_MEMBERS = Set.of("usage", "error");

  private static final TextByteCounter DELTA_TEXT = new TextByteCounter(List.of("delta"));
  private static final TextByteCounter COMPLETE_TEXT =
      new TextByteCounter(List.of("text", "arguments", "refusal"));
  private static final Set<String> PREAMBLE_TYPES =
      Set.of(
          "response.created",
          "response.queued",
          "response.in_progress",
          "response.output_item.added",
          "response.content_part.added",
          "response.reasoning_summary_part.added");

  @Override
  public FrameKind classify(FrameReader frame) {
    byte[] b = frame.data();
    int from = frame.dataFrom();
    int to = frame.dataTo();
    Span type = JsonScanner.find(b, from, to, "type");
    if (type == null) {
      return JsonScanner.find(b, from, to, "error") == null
          ? FrameKind.PREAMBLE
          : readFailure(b, from, to);
    }
    if (type.equalsAscii(b, "\"response.completed\"")
        || type.equalsAscii(b, "\"response.incomplete\"")) {
      if (textBytes() == 0) { // The server sent no deltas.
        addTextBytes(COMPLETE_TEXT.count(b, from, to));
      }
      Span usage = JsonScanner.find(b, JsonScanner.find(b, from, to, "response"), "usage");
      if (usage != null) {
        addUsage(UsageCodec.read(JsonTree.readOrMissing(b, usage.from(), usage.to())));
      }
      return FrameKind.TERMINAL;
    }
    if (type.equalsAscii(b, "\"response.failed\"") || type.equalsAscii(b, "\"error\"")) {
      return readFailure(b, from, to);
    }
    int text = DELTA_TEXT.count(b, type.to(), to);
    addTextBytes(text);
    return text == 0 && PREAMBLE_TYPES.contains(JsonScanner.decodeString(b, type))
        ? FrameKind.PREAMBLE
        : FrameKind.CONTENT;
  }

  private FrameKind readFailure(byte[] b, int from, int to) {
    JsonNode root = JsonTree.readOrMissing(b, from, to);
    Span usage = JsonScanner.find(b, JsonScanner.find(b, from, to, "response"), "usage");
    if (usage != null) {
      addUsage(UsageCodec.read(JsonTree.readOrMissing(b, usage.from(), usage.to())));
    }
    return fail(StreamErrors.read(root));
  }

  @Override
  public FrameKind classifyComplete(byte[] body) {
    JsonNode root = JsonTree.readMembers(body, COMPLETE_MEMBERS);
    if (!root.isObject()) {
      return failNotAnObject();
    }
    addTextBytes(COMPLETE_TEXT.count(body, 0, body.length));
    addUsage(UsageCodec.read(root.path("usage")));
    if (root.hasNonNull("error")) {
      return fail(OpenAiErrorObject.readInBand(JsonTree.readOrMissing(body, 0, body.length)));
    }
    return FrameKind.TERMINAL;
  }

  @Override
  public boolean isCompleteAtEnd() {
    return false;
  }

  @Override
  public @Nullable Span findModel(byte[] json, int from, int to) {
    return findModel(json, from, to, "response");
  }
}
