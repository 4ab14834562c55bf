package potluck.gateway.provider;

import java.util.Map;
import potluck.gateway.upstream.Answer;

/**
 * The envelope in which a cloud takes a dialect: another address, some members moved, another
 * framing of the answer. What is said stays the same. Implementations are immutable.
 */
interface Shape {
  /** A request in its envelope. */
  record Ask(String path, Map<String, String> headers, byte[] body) {}

  Shape PLAIN =
      new Shape() {
        @Override
        public Ask ask(Ask plain) {
          return plain;
        }
      };

  Ask ask(Ask plain);

  /** The answer as the dialect knows it. */
  default Answer answer(Answer answer) {
    return answer;
  }
}
