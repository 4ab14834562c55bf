package potluck.kit.fake;

import java.util.ArrayList;
import java.util.List;
import potluck.dialect.model.TokenUsage;

/**
 * The answer of the fake model if the script has none. The model calls the first two tools, unless
 * it has none or the last turn is a tool result; then it answers with text. Equal requests get
 * equal answers.
 *
 * @param tools names of the tools that it may call
 * @param parallel whether it may call two at once
 * @param thinking whether it shows a thought first
 * @param seed of the ids, such as a hash of the request
 */
record DefaultAnswer(List<String> tools, boolean parallel, boolean thinking, int seed) {
  /** The answer. */
  FakeAnswer answer() {
    List<AnswerPart> parts = new ArrayList<>();
    if (thinking) {
      parts.add(new AnswerPart.Thinking(FakeAnswer.THOUGHT));
    }
    int calls = Math.min(tools.size(), parallel ? 2 : 1);
    for (int i = 0; i < calls; i++) {
      String id = "call_" + i + "_" + Integer.toHexString(seed);
      parts.add(new AnswerPart.Call(id, tools.get(i), FakeAnswer.ARGUMENTS));
    }
    if (calls == 0) {
      parts.add(new AnswerPart.Text(FakeAnswer.TEXT));
    }
    TokenUsage usage = thinking ? FakeAnswer.USAGE_THINKING : FakeAnswer.USAGE;
    return new FakeAnswer(
        parts, usage, calls == 0 ? FakeAnswer.StopReason.END : FakeAnswer.StopReason.CALLS);
  }
}
