package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.verbatim.Watch;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.Needle;
import potluck.dialect.wire.Peek;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.TextGauge;
import potluck.dialect.wire.Tree;

/**
 * What passes by in an answer of Gemini. Its streams have no terminal event: the frame with a
 * finish reason is held until the end of the body shows that it was the last word.
 */
final class GeminiWatch extends Watch {
  /** What is read of an answer that is one object. */
  private static final Set<String> WHOLE_WANTED = Set.of("usageMetadata", "error");

  private static final Needle USAGE = new Needle("\"usageMetadata\"");
  private static final Needle ERROR = new Needle("\"error\"");
  private static final Needle FINISH = new Needle("\"finishReason\"");
  private static final Needle BLOCKED = new Needle("\"blockReason\"");
  private static final TextGauge TEXT = new TextGauge(List.of("text"));

  private boolean finished;

  @Override
  public Sight frame(FrameReader frame) {
    byte[] b = frame.data();
    int from = frame.dataFrom();
    int to = frame.dataTo();
    if (ERROR.in(b, from, to) >= 0 && Peek.find(b, from, to, "error") != null) {
      return failed(Failures.inBand(Tree.readOrMissing(b, from, to)));
    }
    text(TEXT.measure(b, from, to));
    if (USAGE.in(b, from, to) >= 0) {
      count(b, Peek.find(b, from, to, "usageMetadata"));
    }
    finished |= FINISH.in(b, from, to) >= 0 || BLOCKED.in(b, from, to) >= 0;
    return finished ? Sight.HELD : Sight.WORD;
  }

  private void count(byte[] b, @Nullable Span span) {
    if (span != null) {
      count(Usage.read(Tree.readOrMissing(b, span.from(), span.to())));
    }
  }

  @Override
  public Sight whole(byte[] body) {
    JsonNode root = Tree.glance(body, WHOLE_WANTED);
    if (!root.isObject() || root.hasNonNull("error")) {
      return root.isObject()
          ? failed(Failures.inBand(Tree.readOrMissing(body, 0, body.length)))
          : noObject();
    }
    count(Usage.read(root.path("usageMetadata")));
    text(TEXT.measure(body, 0, body.length));
    return Sight.LAST;
  }

  @Override
  public boolean mayEnd() {
    return finished;
  }

  @Override
  public @Nullable Span model(byte[] json, int from, int to) {
    return Peek.find(json, from, to, "modelVersion");
  }
}
