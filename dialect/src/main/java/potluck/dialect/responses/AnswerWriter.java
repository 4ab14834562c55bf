package potluck.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Block;
import potluck.dialect.model.Event;
import potluck.dialect.model.Seal;
import potluck.dialect.model.Tokens;
import potluck.dialect.translate.Answer;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.Frames;
import potluck.dialect.wire.Tree;

/** Writes answers of the responses dialect: items one after another, each added and done. */
final class AnswerWriter implements EventWriter {
  private final Stage stage;
  private final Envelope envelope;
  private Tokens tokens = Tokens.NONE;

  /**
   * @param created in seconds since 1970
   */
  AnswerWriter(Ask ask, long created) {
    this.envelope = new Envelope(ask, created);
    this.stage = new Stage(envelope);
  }

  @Override
  public void write(Event event, Frames out) {
    switch (event) {
      case Event.Begin begin -> {
        envelope.id(begin.id());
        stage.response("response.created", envelope.running(), out);
        stage.response("response.in_progress", envelope.running(), out);
      }
      case Event.Text text -> {
        stage.open(Stage.Kind.TEXT, null, out);
        stage.delta(text.delta(), out);
      }
      case Event.Refusal text -> {
        stage.open(Stage.Kind.REFUSAL, null, out);
        stage.delta(text.delta(), out);
      }
      case Event.Thought thought -> {
        stage.open(Stage.Kind.THOUGHT, null, out);
        stage.delta(thought.delta(), out);
      }
      case Event.Sealed sealed -> seal(sealed.seal(), out);
      case Event.Call call -> {
        if (call.seal() != null) {
          seal(call.seal(), out);
        }
        stage.open(Stage.Kind.CALL, call, out);
      }
      case Event.Arguments piece -> stage.delta(piece.delta(), out);
      case Event.Used used -> tokens = tokens.then(used.tokens());
      case Event.End end -> {
        stage.close(null, out);
        ObjectNode response = envelope.done(stage.output(), end.stop(), tokens);
        stage.response("response." + response.get("status").textValue(), response, out);
      }
      case Event.Complete _, Event.Failed _ -> {}
    }
  }

  private void seal(Seal seal, Frames out) {
    stage.open(Stage.Kind.THOUGHT, null, out);
    stage.close(seal, out);
  }

  @Override
  public JsonNode whole(Answer answer) {
    envelope.id(answer.id());
    ArrayNode output = Tree.array();
    for (Block block : answer.blocks()) {
      int index = output.size();
      switch (block) {
        case Block.Text text ->
            output.add(envelope.message(index, "completed", text.text(), answer.refused()));
        case Block.Thought thought ->
            output.add(envelope.thought(output.size(), thought.text(), thought.seal()));
        case Block.Call call -> {
          @Nullable Seal seal = call.seal();
          if (seal != null) {
            output.add(envelope.thought(output.size(), "", seal));
          }
          output.add(
              envelope.call(output.size(), "completed", call.id(), call.name(), call.arguments()));
        }
        case Block.Media _, Block.Result _ -> {}
      }
    }
    return envelope.done(output, answer.stop(), answer.tokens());
  }
}
