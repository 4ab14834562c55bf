package potluck.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.ErrorObject;
import potluck.dialect.verbatim.Watch;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.Peek;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.TextGauge;
import potluck.dialect.wire.Tree;

/** What passes by in an answer of the responses dialect. */
final class ResponsesWatch extends Watch {
  /** What is read of an answer that is one object. */
  private static final Set<String> WHOLE_WANTED = Set.of("usage", "error");

  private static final TextGauge DELTA = new TextGauge(List.of("delta"));
  private static final TextGauge WHOLE = new TextGauge(List.of("text", "arguments", "refusal"));
  private static final Set<String> HANDSHAKES =
      Set.of(
          "response.created",
          "response.queued",
          "response.in_progress",
          "response.output_item.added",
          "response.content_part.added",
          "response.reasoning_summary_part.added");

  @Override
  public Sight frame(FrameReader frame) {
    byte[] b = frame.data();
    int from = frame.dataFrom();
    int to = frame.dataTo();
    Span type = Peek.find(b, from, to, "type");
    if (type == null) {
      return Peek.find(b, from, to, "error") == null ? Sight.HANDSHAKE : fail(b, from, to);
    }
    if (type.is(b, "\"response.completed\"") || type.is(b, "\"response.incomplete\"")) {
      Span usage = Peek.find(b, Peek.find(b, from, to, "response"), "usage");
      if (usage != null) {
        count(Usage.read(Tree.readOrMissing(b, usage.from(), usage.to())));
      }
      return Sight.LAST;
    }
    if (type.is(b, "\"response.failed\"") || type.is(b, "\"error\"")) {
      return fail(b, from, to);
    }
    int text = DELTA.measure(b, type.to(), to);
    text(text);
    return text == 0 && HANDSHAKES.contains(Peek.string(b, type)) ? Sight.HANDSHAKE : Sight.WORD;
  }

  private Sight fail(byte[] b, int from, int to) {
    JsonNode root = Tree.readOrMissing(b, from, to);
    Span usage = Peek.find(b, Peek.find(b, from, to, "response"), "usage");
    if (usage != null) {
      count(Usage.read(Tree.readOrMissing(b, usage.from(), usage.to())));
    }
    return failed(Errors.read(root));
  }

  @Override
  public Sight whole(byte[] body) {
    JsonNode root = Tree.glance(body, WHOLE_WANTED);
    if (!root.isObject()) {
      return noObject();
    }
    count(Usage.read(root.path("usage")));
    if (root.hasNonNull("error")) {
      return failed(ErrorObject.inBand(Tree.readOrMissing(body, 0, body.length)));
    }
    text(WHOLE.measure(body, 0, body.length));
    return Sight.LAST;
  }

  @Override
  public boolean mayEnd() {
    return false;
  }

  @Override
  public @Nullable Span model(byte[] json, int from, int to) {
    Span response = Peek.find(json, from, to, "response");
    return response == null
        ? Peek.find(json, from, to, "model")
        : Peek.find(json, response, "model");
  }
}
