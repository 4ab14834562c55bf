package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.verbatim.FrameClassifier;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.JsonScanner;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.TextByteCounter;
import potluck.dialect.wire.ValueByteCounter;

/** Classifies frames of Anthropic's messages. */
final class AnthropicFrameClassifier extends FrameClassifier {
  /** The members that are read of an unstreamed answer. */
  private static final Set<String> COMPLETE_MEMBERS = Set.of("usage", "error");

  private static final TextByteCounter TEXT =
      new TextByteCounter(List.of("text", "thinking", "partial_json"));

  private static final ValueByteCounter TOOL_INPUT = new ValueByteCounter("input");

  private final UsageAccumulator usage = new UsageAccumulator();
  private final KeepAliveDelta pulse = new KeepAliveDelta();
  private boolean contentSeen;

  @Override
  public FrameKind classify(FrameReader frame) {
    byte[] b = frame.data();
    int from = frame.dataFrom();
    int to = frame.dataTo();
    Span type = JsonScanner.find(b, from, to, "type");
    if (type == null || type.equalsAscii(b, "\"ping\"")) {
      return FrameKind.PREAMBLE;
    } else if (type.equalsAscii(b, "\"content_block_delta\"")) {
      addTextBytes(TEXT.count(b, from, to));
      contentSeen = true;
    } else if (type.equalsAscii(b, "\"content_block_start\"")) {
      addTextBytes(TEXT.count(b, from, to));
      blockStarted(JsonTree.readOrMissing(b, from, to));
    } else if (type.equalsAscii(b, "\"content_block_stop\"")) {
      pulse.blockClosed();
    } else if (type.equalsAscii(b, "\"message_start\"")) {
      count(b, JsonScanner.find(b, JsonScanner.find(b, from, to, "message"), "usage"), true);
    } else if (type.equalsAscii(b, "\"message_delta\"")) {
      count(b, JsonScanner.find(b, from, to, "usage"), false);
      contentSeen = true;
    } else if (type.equalsAscii(b, "\"message_stop\"")) {
      return FrameKind.TERMINAL;
    } else if (type.equalsAscii(b, "\"error\"")) {
      return fail(ErrorCodec.readInBand(JsonTree.readOrMissing(b, from, to)));
    }
    return contentSeen ? FrameKind.CONTENT : FrameKind.PREAMBLE;
  }

  private void blockStarted(JsonNode start) {
    pulse.blockOpened(
        start.path("index").asInt(0), JsonTree.textOrEmpty(start.path("content_block"), "type"));
  }

  @Override
  public byte @Nullable [] keepAlive() {
    return pulse.bytes();
  }

  private void count(byte[] b, @Nullable Span span, boolean atStart) {
    if (span != null) {
      count(JsonTree.readOrMissing(b, span.from(), span.to()), atStart);
    }
  }

  private void count(JsonNode counters, boolean atStart) {
    usage.merge(counters, atStart);
    addUsage(usage.report());
  }

  @Override
  public FrameKind classifyComplete(byte[] body) {
    JsonNode root = JsonTree.readMembers(body, COMPLETE_MEMBERS);
    if (!root.isObject() || root.hasNonNull("error")) {
      return root.isObject()
          ? fail(ErrorCodec.readInBand(JsonTree.readOrMissing(body, 0, body.length)))
          : failNotAnObject();
    }
    addTextBytes(TEXT.count(body, 0, body.length) + TOOL_INPUT.count(body, 0, body.length));
    count(root.path("usage"), false);
    return FrameKind.TERMINAL;
  }

  @Override
  public boolean isCompleteAtEnd() {
    return false;
  }

  @Override
  public @Nullable Span findModel(byte[] json, int from, int to) {
    return findModel(json, from, to, "message");
  }
}
