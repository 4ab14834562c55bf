package potluck.dialect.model;

import java.util.List;

/**
 * A request with one meaning for all dialects. It is used only where client and upstream speak
 * different ones. Immutable.
 *
 * @param turns in order; system text stands where it stood
 * @param tools functions that the model may call
 */
public record Prompt(List<Turn> turns, List<Tool> tools, Choice choice, Settings settings) {

  /** The name of the function that a call was for; empty where no such call is in the history. */
  public String nameOf(String callId) {
    for (Turn turn : turns) {
      for (Block block : turn.blocks()) {
        if (block instanceof Block.Call call && call.id().equals(callId)) {
          return call.name();
        }
      }
    }
    return "";
  }
}
