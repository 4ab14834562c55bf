package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.verbatim.FrameClassifier;
import potluck.dialect.wire.ByteSearch;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.JsonScanner;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.TextByteCounter;
import potluck.dialect.wire.ValueByteCounter;

/**
 * Classifies frames of Gemini's answers. Its streams have no terminal event, so the frame with a
 * finish reason is withheld until the end of the body confirms that it was the last.
 */
final class GeminiFrameClassifier extends FrameClassifier {
  /** The members that are read of an unstreamed answer. */
  private static final Set<String> COMPLETE_MEMBERS = Set.of("usageMetadata", "error");

  private static final ByteSearch USAGE = new ByteSearch("\"usageMetadata\"");
  private static final ByteSearch ERROR = new ByteSearch("\"error\"");
  private static final ByteSearch FINISH = new ByteSearch("\"finishReason\"");
  private static final ByteSearch BLOCKED = new ByteSearch("\"blockReason\"");
  private static final ByteSearch MEDIA = new ByteSearch("\"inlineData\"");

  /** What an image counts for: 1,290 tokens. Source: Google, "Gemini Developer API pricing". */
  private static final long MEDIA_BYTES = 4 * 1290;

  private static final TextByteCounter TEXT = new TextByteCounter(List.of("text"));
  private static final ValueByteCounter CALLS = new ValueByteCounter("functionCall");

  private boolean finished;

  @Override
  public FrameKind classify(FrameReader frame) {
    byte[] b = frame.data();
    int from = frame.dataFrom();
    int to = frame.dataTo();
    if (ERROR.indexIn(b, from, to) >= 0 && JsonScanner.find(b, from, to, "error") != null) {
      return fail(ErrorCodec.readInBand(JsonTree.readOrMissing(b, from, to)));
    }
    addTextBytes(countText(b, from, to));
    if (USAGE.indexIn(b, from, to) >= 0) {
      count(b, JsonScanner.find(b, from, to, "usageMetadata"));
    }
    finished |= FINISH.indexIn(b, from, to) >= 0 || BLOCKED.indexIn(b, from, to) >= 0;
    return finished ? FrameKind.WITHHELD : FrameKind.CONTENT;
  }

  private static long countText(byte[] b, int from, int to) {
    int bytes = TEXT.count(b, from, to) + CALLS.count(b, from, to);
    return bytes == 0 && MEDIA.indexIn(b, from, to) >= 0 ? MEDIA_BYTES : bytes;
  }

  private void count(byte[] b, @Nullable Span span) {
    if (span != null) {
      addUsage(UsageCodec.read(JsonTree.readOrMissing(b, span.from(), span.to())));
    }
  }

  @Override
  public FrameKind classifyComplete(byte[] body) {
    JsonNode root = JsonTree.readMembers(body, COMPLETE_MEMBERS);
    if (!root.isObject() || root.hasNonNull("error")) {
      return root.isObject()
          ? fail(ErrorCodec.readInBand(JsonTree.readOrMissing(body, 0, body.length)))
          : failNotAnObject();
    }
    addTextBytes(countText(body, 0, body.length));
    addUsage(UsageCodec.read(root.path("usageMetadata")));
    return FrameKind.TERMINAL;
  }

  @Override
  public boolean isCompleteAtEnd() {
    return finished;
  }

  @Override
  public @Nullable Span findModel(byte[] json, int from, int to) {
    return JsonScanner.find(json, from, to, "modelVersion");
  }
}
