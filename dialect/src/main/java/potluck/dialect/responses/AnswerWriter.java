package potluck.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Block;
import potluck.dialect.model.Event;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.translate.AssembledAnswer;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.FrameWriter;
import potluck.dialect.wire.JsonTree;

/**
 * Writes answers of OpenAI's responses: items one after another, each first added and then done.
 */
final class AnswerWriter implements EventWriter {
  private final ItemWriter items;
  private final ResponseBuilder builder;
  private TokenUsage tokens = TokenUsage.NONE;

  /**
   * @param created in seconds since 1970
   */
  AnswerWriter(Ask ask, long created) {
    this.builder = new ResponseBuilder(ask, created);
    this.items = new ItemWriter(builder);
  }

  @Override
  public void write(Event event, FrameWriter out) {
    switch (event) {
      case Event.Begin begin -> {
        builder.id(begin.id());
        items.response("response.created", builder.inProgress(), out);
        items.response("response.in_progress", builder.inProgress(), out);
      }
      case Event.Text text -> {
        items.open(ItemWriter.Kind.TEXT, null, out);
        items.delta(text.delta(), out);
      }
      case Event.Refusal text -> {
        items.open(ItemWriter.Kind.REFUSAL, null, out);
        items.delta(text.delta(), out);
      }
      case Event.Thought thought -> {
        items.open(ItemWriter.Kind.THOUGHT, null, out);
        items.delta(thought.delta(), out);
      }
      case Event.ThoughtSigned signed -> writeSignature(signed.signature(), out);
      case Event.ToolCall call -> {
        if (call.signature() != null) {
          writeSignature(call.signature(), out);
        }
        items.open(ItemWriter.Kind.CALL, call, out);
      }
      case Event.Arguments piece -> items.delta(piece.delta(), out);
      case Event.UsageReported usage -> tokens = tokens.mergeLater(usage.tokens());
      case Event.End end -> {
        items.close(null, out);
        ObjectNode response = builder.done(items.output(), end.stopReason(), tokens);
        items.response("response." + response.get("status").textValue(), response, out);
      }
      case Event.CallComplete _, Event.Failed _ -> {}
    }
  }

  private void writeSignature(ThoughtSignature signature, FrameWriter out) {
    items.open(ItemWriter.Kind.THOUGHT, null, out);
    items.close(signature, out);
  }

  @Override
  public JsonNode writeComplete(AssembledAnswer answer) {
    builder.id(answer.id());
    ArrayNode output = JsonTree.array();
    for (Block block : answer.blocks()) {
      int index = output.size();
      switch (block) {
        case Block.Text text ->
            output.add(builder.message(index, "completed", text.text(), answer.isRefusal()));
        case Block.Thought thought ->
            output.add(builder.thought(output.size(), thought.text(), thought.signature()));
        case Block.ToolCall call -> {
          @Nullable ThoughtSignature signature = call.signature();
          if (signature != null) {
            output.add(builder.thought(output.size(), "", signature));
          }
          output.add(
              builder.call(output.size(), "completed", call.id(), call.name(), call.arguments()));
        }
        case Block.Media _, Block.ToolResult _ -> {}
      }
    }
    return builder.done(output, answer.stopReason(), answer.tokens());
  }
}
