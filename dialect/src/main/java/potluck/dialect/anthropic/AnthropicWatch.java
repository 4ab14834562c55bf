package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Tokens;
import potluck.dialect.verbatim.Watch;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.Peek;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.TextGauge;
import potluck.dialect.wire.Tree;

/** What passes by in an answer of the messages dialect. */
final class AnthropicWatch extends Watch {
  /** What is read of an answer that is one object. */
  private static final Set<String> WHOLE_WANTED = Set.of("usage", "error");

  private static final TextGauge TEXT = new TextGauge(List.of("text", "thinking", "partial_json"));

  private final Usage usage = new Usage();
  private final Pulse pulse = new Pulse();
  private boolean spoken;

  @Override
  public Sight frame(FrameReader frame) {
    byte[] b = frame.data();
    int from = frame.dataFrom();
    int to = frame.dataTo();
    Span type = Peek.find(b, from, to, "type");
    if (type == null || type.is(b, "\"ping\"")) {
      return Sight.HANDSHAKE;
    } else if (type.is(b, "\"content_block_delta\"")) {
      text(TEXT.measure(b, from, to));
      spoken = true;
    } else if (type.is(b, "\"content_block_start\"")) {
      begin(Tree.readOrMissing(b, from, to));
    } else if (type.is(b, "\"content_block_stop\"")) {
      pulse.close();
    } else if (type.is(b, "\"message_start\"")) {
      count(b, Peek.find(b, Peek.find(b, from, to, "message"), "usage"));
    } else if (type.is(b, "\"message_delta\"")) {
      count(b, Peek.find(b, from, to, "usage"));
      spoken = true;
    } else if (type.is(b, "\"message_stop\"")) {
      return Sight.LAST;
    } else if (type.is(b, "\"error\"")) {
      return failed(Failures.inBand(Tree.readOrMissing(b, from, to)));
    }
    return spoken ? Sight.WORD : Sight.HANDSHAKE;
  }

  private void begin(JsonNode start) {
    pulse.open(start.path("index").asInt(0), Tree.textOrEmpty(start.path("content_block"), "type"));
  }

  @Override
  public byte @Nullable [] pulse() {
    return pulse.bytes();
  }

  private void count(byte[] b, @Nullable Span span) {
    if (span != null) {
      usage.merge(Tree.readOrMissing(b, span.from(), span.to()));
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
    usage.merge(root.path("usage"));
    text(TEXT.measure(body, 0, body.length));
    return Sight.LAST;
  }

  @Override
  public boolean mayEnd() {
    return false;
  }

  @Override
  public @Nullable Span model(byte[] json, int from, int to) {
    Span message = Peek.find(json, from, to, "message");
    return message == null ? Peek.find(json, from, to, "model") : Peek.find(json, message, "model");
  }

  @Override
  public Tokens tokens() {
    return usage.tokens();
  }

  @Override
  public boolean counted() {
    return usage.seen();
  }
}
