package potluck.dialect.translate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Event;
import potluck.dialect.model.StopReason;

/**
 * Orders events so that every dialect can write them: one begin, tool calls one after another, no
 * empty pieces, one end. The first call is passed on at once; later calls wait until it is
 * complete, which an event, text or the end shows. For one thread.
 */
public final class Sequencer implements Consumer<Event> {
  private final Consumer<Event> next;
  private final UnaryOperator<String> restoreName;
  private final Map<Integer, List<Event>> waiting = new LinkedHashMap<>();
  private final Set<Integer> completed = new HashSet<>();
  private @Nullable Integer streaming;
  private boolean started;
  private boolean anyCalls;
  private boolean ended;

  /**
   * @param restoreName maps tool names to those that the client knows
   * @param next receives the ordered events
   */
  public Sequencer(UnaryOperator<String> restoreName, Consumer<Event> next) {
    this.restoreName = restoreName;
    this.next = next;
  }

  @Override
  public void accept(Event event) {
    if (ended) {
      return;
    }
    if (!started && !(event instanceof Event.UsageReported) && !(event instanceof Event.Failed)) {
      started = true;
      next.accept(event instanceof Event.Begin ? event : new Event.Begin(""));
    }
    switch (event) {
      case Event.Begin _ -> {}
      case Event.Text text when text.delta().isEmpty() -> {}
      case Event.Thought thought when thought.delta().isEmpty() -> {}
      case Event.Refusal refusal when refusal.delta().isEmpty() -> {}
      case Event.ToolCall call -> begin(call);
      case Event.Arguments piece -> piece(piece);
      case Event.CallComplete complete -> complete(complete.key());
      case Event.UsageReported usage -> next.accept(usage);
      case Event.End end -> end(end);
      case Event.Failed failed -> {
        ended = true;
        next.accept(failed);
      }
      case Event.Text _, Event.Thought _, Event.Refusal _, Event.ThoughtSigned _ -> {
        release();
        next.accept(event);
      }
    }
  }

  private void begin(Event.ToolCall call) {
    anyCalls = true;
    Event.ToolCall named =
        new Event.ToolCall(call.key(), call.id(), restoreName.apply(call.name()), call.signature());
    if (streaming == null) {
      streaming = call.key();
      next.accept(named);
    } else {
      waiting.computeIfAbsent(call.key(), _ -> new ArrayList<>()).add(named);
    }
  }

  private void piece(Event.Arguments piece) {
    if (piece.delta().isEmpty()) {
      return;
    }
    List<Event> events = waiting.get(piece.key());
    if (events != null) {
      events.add(piece);
    } else if (streaming != null && streaming == piece.key()) {
      next.accept(piece);
    }
  }

  /** Passes on the next waiting call, if all calls before it are complete. */
  private void complete(int key) {
    completed.add(key);
    while (streaming != null && completed.contains(streaming)) {
      streaming = null;
      Integer first = waiting.isEmpty() ? null : waiting.keySet().iterator().next();
      if (first != null) {
        streaming = first;
        waiting.getOrDefault(first, List.of()).forEach(next);
        waiting.remove(first);
      }
    }
  }

  private void release() {
    for (List<Event> events : waiting.values()) {
      events.forEach(next);
    }
    waiting.clear();
    streaming = null;
  }

  /**
   * Corrects the stop reason: an answer with calls ends with TOOL_CALLS, whatever reason the
   * upstream gave, unless it may be truncated.
   */
  private void end(Event.End end) {
    release();
    ended = true;
    boolean natural =
        end.stopReason() == StopReason.END || end.stopReason() == StopReason.STOP_SEQUENCE;
    StopReason stop =
        anyCalls && natural
            ? StopReason.TOOL_CALLS
            : !anyCalls && end.stopReason() == StopReason.TOOL_CALLS
                ? StopReason.END
                : end.stopReason();
    next.accept(new Event.End(stop, end.stopSequence()));
  }
}
